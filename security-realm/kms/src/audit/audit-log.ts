import { type Database, DatabaseError } from '@cloister/database';
import { CloisterError } from '@cloister/wire';
import { findAuditHead, insertAudit } from '../store/audit-row.ts';
import { GroupWriter } from '../store/group-writer.ts';
import { type AuditHead, chained, emptyChain } from './audit-chain.ts';
import type { AuditEntry } from './audit-entry.ts';

const MOST_AT_ONCE = 2_000;

/**
 * Appends entries in groups, so that one commit serves many releases. `append` resolves when its entries are durable; who
 * releases a key waits for it.
 */
export class AuditLog {
  /** A database of its own connections: a change waits here while it holds one of the others. */
  readonly #database: Database;
  readonly #writer = new GroupWriter<AuditEntry>(MOST_AT_ONCE, (entries) => this.#write(entries));
  #head: AuditHead | null = null;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Durable when it resolves. Rejects with `kms/unavailable`, and then nothing may be released. */
  async append(entries: readonly AuditEntry[]): Promise<void> {
    try {
      await this.#writer.add(entries);
    } catch (cause) {
      throw new CloisterError('kms/unavailable', { cause });
    }
  }

  /** The primary key on `seq` keeps the chain single: when another node wrote first, we continue after it. */
  async #write(entries: readonly AuditEntry[]): Promise<void> {
    const texts = entries.map((entry) => JSON.stringify(entry));
    for (let attempt = 0; ; attempt++) {
      const start = this.#head ?? (await findAuditHead(this.#database)) ?? emptyChain;
      this.#head = null;
      let head = start;
      const hashes = texts.map((text) => {
        head = chained(head, text);
        return head.hash;
      });
      try {
        await insertAudit(this.#database, { after: start.seq, entries: texts, hashes });
        this.#head = head;
        return;
      } catch (error) {
        if (!(error instanceof DatabaseError) || error.fault !== 'unique' || attempt >= 100) throw error;
      }
    }
  }
}
