import type { Database } from '@cloister/database';
import type { MainKey } from '@cloister/hsm';
import { CloisterError } from '@cloister/wire';
import { isDefaultKey } from '../master-keys/store/master-key-row.ts';
import {
  ensureOrganisationKeys,
  findHead,
  findOwnKey,
  holdLeadingKey,
} from '../master-keys/store/organisation-keys-row.ts';
import { insertKek, type KekRow, type KekSlot } from '../store/kek-row.ts';
import type { Hsm } from './hsm.ts';
import { inTurn } from './in-turn.ts';

type Parts = {
  /** Connections of their own: a change waits here for a KEK while it holds another. */
  readonly database: Database;
  readonly hsm: Pick<Hsm, 'ensureKey'>;
  readonly realmOrganisationId: string;
  readonly now: () => Date;
};

/**
 * Under which main key each KEK of this realm is: content KEKs under their organisation's head, realm keys and results
 * under the realm's default main key, channels under a key of the day (architecture §5, byok.md §3).
 */
export class MainKeys {
  readonly #parts: Parts;
  readonly #insertInTurn = inTurn();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The main key for a new KEK. @throws CloisterError `kms/revoked` while the organisation is frozen */
  async forNew({ organisationId, level, label }: KekSlot): Promise<MainKey> {
    const head = level === 'content' ? await findHead(this.#parts.database, organisationId) : null;
    if (head?.isFrozen) throw new CloisterError('kms/revoked');
    if (head !== null && head.headKeyId !== null) return named(head.headKeyId, organisationId, head.arn);
    const { hsm, realmOrganisationId } = this.#parts;
    const { keyId } =
      level === 'channel'
        ? await hsm.ensureKey(realmOrganisationId, 'channel', label)
        : await hsm.ensureKey(realmOrganisationId, 'main', 'default');
    return named(keyId, realmOrganisationId, null);
  }

  /**
   * The main key that a stored KEK is under: "unwrap only with Active or Rotation, and with none while the head is
   * Revoked/Deleted/Removed" (byok.md §4.1).
   * @throws CloisterError `kms/revoked`, `platform/at-rest` for a KEK under a key that unwraps nothing
   */
  async of({ organisationId, level, hsmKeyId }: KekRow): Promise<MainKey> {
    const { database, realmOrganisationId } = this.#parts;
    const own = level === 'content' ? await findOwnKey(database, organisationId, hsmKeyId) : null;
    if (own?.isFrozen) throw new CloisterError('kms/revoked');
    if (own === null || own.state === null) return named(hsmKeyId, realmOrganisationId, null);
    if (own.state !== 'active' && own.state !== 'rotation') throw new CloisterError('platform/at-rest');
    return named(hsmKeyId, organisationId, own.arn);
  }

  /**
   * Stores a new KEK while its main key still leads: "writers take FOR SHARE on the org's key row when wrapping, so none
   * can wrap under old after activation commits" (byok.md §3). False when it does not, or another node was faster.
   */
  insert(row: KekRow, key: MainKey): Promise<boolean> {
    if (row.level !== 'content') return insertKek(this.#parts.database, row, this.#parts.now());
    // One after the other: who changes main keys needs a connection for the audit while these wait for them.
    return this.#insertInTurn(() => this.#insertUnderHead(row, key));
  }

  #insertUnderHead(row: KekRow, key: MainKey): Promise<boolean> {
    const { database, now } = this.#parts;
    return database.transaction(async (tx) => {
      await ensureOrganisationKeys(tx, row.organisationId);
      const headKeyId = await holdLeadingKey(tx, row.organisationId);
      if (headKeyId === undefined) throw new CloisterError('kms/revoked');
      const leads = headKeyId === null ? await isDefaultKey(tx, key.keyId) : headKeyId === key.keyId;
      return leads && insertKek(tx, row, now(), { isAmazon: key.arn !== undefined });
    });
  }
}

const named = (keyId: string, organisationId: string, arn: string | null): MainKey =>
  arn === null ? { keyId, organisationId } : { keyId, organisationId, arn };
