import type { Queries } from '@cloister/database';
import { sql } from '@cloister/database';

/** What a key-encryption key is for: content keys, the channels of one day, or the realm's own private keys. */
export type KekLevel = 'content' | 'channel' | 'realm';

/** A stored KEK: wrapped by the hsm, with the commitment of byok.md §5. */
export type KekRow = {
  readonly kekId: string;
  readonly version: number;
  readonly organisationId: string;
  readonly level: KekLevel;
  readonly label: string;
  /** The main key that it is wrapped under. */
  readonly hsmKeyId: string;
  readonly wrapped: Buffer;
  readonly commitment: Buffer;
};

const columns = sql`kek_id as "kekId", version, organisation_id as "organisationId", level, label,
  hsm_key_id as "hsmKeyId", wrapped, commitment`;

export const kekById = (queries: Queries, kekId: string, version: number): Promise<KekRow | null> =>
  queries.maybe(sql<KekRow>`select ${columns} from kek where kek_id = ${kekId} and version = ${version}`);

/** Where a KEK belongs; there is one of each version. */
export type KekPlace = {
  readonly organisationId: string;
  readonly level: KekLevel;
  readonly label: string;
  readonly version: number;
};

export const kekAt = (queries: Queries, { organisationId, level, label, version }: KekPlace): Promise<KekRow | null> =>
  queries.maybe(sql<KekRow>`select ${columns} from kek where organisation_id = ${organisationId}
    and level = ${level} and label = ${label} and version = ${version}`);

/** False when another node stored one for the same place first. */
export const insertKek = async (queries: Queries, row: KekRow, now: Date): Promise<boolean> => {
  const inserted = await queries.execute(sql`insert into kek (kek_id, version, organisation_id, level, label,
      hsm_key_id, hsm_key_version, wrap_algorithm, wrapped, commitment, created_at)
    values (${row.kekId}, ${row.version}, ${row.organisationId}, ${row.level}, ${row.label},
      ${row.hsmKeyId}, 1, 1, ${row.wrapped}, ${row.commitment}, ${now})
    on conflict do nothing`);
  return inserted === 1;
};

export const channelKeks = (queries: Queries): Promise<KekRow[]> =>
  queries.rows(sql<KekRow>`select ${columns} from kek where level = 'channel'`);

export const deleteKek = (queries: Queries, kekId: string): Promise<number> =>
  queries.execute(sql`delete from kek where kek_id = ${kekId}`);
