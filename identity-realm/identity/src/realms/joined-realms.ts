import type { Database } from '@cloister/database';
import { isKmsHost } from '@cloister/wire';
import type { IdentityConfig } from '../config.ts';
import { findJoined } from '../store/joined-realms.ts';

/** A realm as the routes for realms know it. */
export type KnownRealm = Pick<IdentityConfig['realms'][number], 'kmsHost' | 'linkKey' | 'organisationIds'>;

/** The key servers that joined, as they stood when they were looked for last. */
export class JoinedRealms {
  readonly #database: Database;
  readonly #standing = new Map<string, KnownRealm>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Reads how a key server stands: another process may have changed that a moment ago. */
  async look(kmsHost: string): Promise<void> {
    const found = isKmsHost(kmsHost) ? await findJoined(this.#database, kmsHost) : null;
    if (found === null) this.#standing.delete(kmsHost);
    else this.#standing.set(kmsHost, { ...found, organisationIds: [found.organisationId] });
  }

  at(kmsHost: string): KnownRealm | undefined {
    return this.#standing.get(kmsHost);
  }
}
