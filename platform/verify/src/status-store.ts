import { readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { StatusDirectory } from './status-directory.ts';
import { parseStatusSnapshot, type StatusSnapshot } from './status-snapshot.ts';

/** Another version is another feed's worth of facts: one without organisations' names would never learn of those stated. */
const VERSION = 4;

/**
 * The directory as a file of its owner only, so that a restart knows people and keys at once. A missing, damaged or
 * older file is an empty directory: the feed then states everything anew.
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
      const { version, issuer, ...state } = JSON.parse(readFileSync(this.#path, 'utf8')) as Record<string, unknown>;
      // Another issuer's sequence numbers mean nothing here.
      const known = version === VERSION && issuer === this.#issuer ? parseStatusSnapshot(state) : null;
      return known === null ? new StatusDirectory() : StatusDirectory.restore(known);
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
      await file.writeFile(JSON.stringify({ version: VERSION, issuer: this.#issuer, ...state }));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, this.#path);
  }
}
