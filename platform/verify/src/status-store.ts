import { readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { isUuid } from '@cloister/wire';
import * as z from 'zod/mini';
import { StatusDirectory, type StatusSnapshot } from './status-directory.ts';

const id = z.string().check(z.refine(isUuid));

const snapshot = z.object({
  version: z.literal(1),
  issuer: z.string(),
  head: z.int().check(z.nonnegative()),
  statedAt: z.nullable(z.number()),
  keys: z.array(z.looseObject({})),
  people: z.array(z.tuple([id, id, z.boolean()])),
  revoked: z.array(z.tuple([id, z.number()])),
});

/**
 * The directory as a file of its owner only, so that a restart knows people and keys at once. A missing or damaged file
 * is an empty directory: the feed then states everything anew.
 */
export class StatusStore {
  readonly #path: string;
  readonly #issuer: string;
  #writing: Promise<void> = Promise.resolve();
  #next: StatusSnapshot | null = null;

  constructor(path: string, issuer: string) {
    this.#path = path;
    this.#issuer = issuer;
  }

  load(): StatusDirectory {
    try {
      const read = z.parse(snapshot, JSON.parse(readFileSync(this.#path, 'utf8')));
      // Another issuer's sequence numbers mean nothing here.
      return read.issuer === this.#issuer
        ? StatusDirectory.restore(read as unknown as StatusSnapshot)
        : new StatusDirectory();
    } catch {
      return new StatusDirectory();
    }
  }

  /** Writes the newest state handed in; states that arrive while one is written are skipped but for the last. */
  save(state: StatusSnapshot): Promise<void> {
    const idle = this.#next === null;
    this.#next = state;
    if (idle) this.#writing = this.#writing.catch(() => undefined).then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const state = this.#next;
    this.#next = null;
    const fresh = `${this.#path}.new`;
    const file = await open(fresh, 'w', 0o600);
    try {
      await file.chmod(0o600);
      await file.writeFile(JSON.stringify({ version: 1, issuer: this.#issuer, ...state }));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, this.#path);
  }
}
