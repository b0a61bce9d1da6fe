import { type Database, DatabaseError, sql } from '@cloister/database';
import { CloisterError } from '@cloister/wire';
import { type AuditHead, chained, emptyChain } from './audit-chain.ts';
import type { AuditEntry } from './audit-entry.ts';

type Waiting = { readonly entries: readonly AuditEntry[]; resolve: () => void; reject: (error: unknown) => void };

const BATCH = 2_000;

/**
 * Appends entries in batches: what arrives while a batch is being written goes into the next one, so that one commit
 * serves many releases. `append` resolves when its entries are durable; who releases a key waits for it.
 */
export class AuditLog {
  /** A database of its own connections: a change waits here while it holds one of the others. */
  readonly #database: Database;
  #head: AuditHead | null = null;
  #waiting: Waiting[] = [];
  #writing = false;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Durable when it resolves. Rejects with `kms/unavailable`, and then nothing may be released. */
  append(entries: readonly AuditEntry[]): Promise<void> {
    if (entries.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entries, resolve, reject });
      if (!this.#writing) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#writing = true;
    // One turn of the event loop gathers what the same moment brings.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const taken = this.#take();
      try {
        await this.#write(taken.flatMap(({ entries }) => entries));
        for (const { resolve } of taken) resolve();
      } catch (cause) {
        for (const { reject } of taken) reject(new CloisterError('kms/unavailable', { cause }));
      }
    }
    this.#writing = false;
  }

  #take(): Waiting[] {
    let count = 0;
    const index = this.#waiting.findIndex(({ entries }) => {
      count += entries.length;
      return count > BATCH;
    });
    return this.#waiting.splice(0, index === -1 ? this.#waiting.length : Math.max(1, index));
  }

  /** The primary key on `seq` keeps the chain single: when another node wrote first, we continue after it. */
  async #write(entries: readonly AuditEntry[]): Promise<void> {
    const texts = entries.map((entry) => JSON.stringify(entry));
    for (let attempt = 0; ; attempt++) {
      const start = this.#head ?? (await this.#readHead());
      this.#head = null;
      let head = start;
      const hashes = texts.map((text) => {
        head = chained(head, text);
        return head.hash.toString('hex');
      });
      try {
        await this.#database.execute(sql.prepared`insert into audit (seq, hash, entry)
          select ${start.seq}::bigint + position, decode(hash, 'hex'), entry
          from unnest(${hashes}::text[], ${texts}::text[]) with ordinality as new (hash, entry, position)`);
        this.#head = head;
        return;
      } catch (error) {
        if (!(error instanceof DatabaseError) || error.fault !== 'unique' || attempt >= 100) throw error;
      }
    }
  }

  async #readHead(): Promise<AuditHead> {
    const row = await this.#database.maybe(
      sql<{ seq: number; hash: Buffer }>`select seq, hash from audit order by seq desc limit 1`,
    );
    return row ?? emptyChain;
  }
}
