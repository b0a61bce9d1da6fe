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
export type KekSlot = {
  readonly organisationId: string;
  readonly level: KekLevel;
  readonly label: string;
  readonly version: number;
};

export const kekAt = (queries: Queries, { organisationId, level, label, version }: KekSlot): Promise<KekRow | null> =>
  queries.maybe(sql<KekRow>`select ${columns} from kek where organisation_id = ${organisationId}
    and level = ${level} and label = ${label} and version = ${version}`);

/** 1: AES-256-GCM in the keystore; 2: what Amazon made of it. */
const algorithmOf = (isAmazon: boolean): number => (isAmazon ? 2 : 1);

/** False when another node stored one for the same place first. */
export const insertKek = async (
  queries: Queries,
  row: KekRow,
  now: Date,
  { isAmazon }: { isAmazon: boolean } = { isAmazon: false },
): Promise<boolean> => {
  const inserted = await queries.execute(sql`insert into kek (kek_id, version, organisation_id, level, label,
      hsm_key_id, wrap_algorithm, wrapped, commitment, created_at)
    values (${row.kekId}, ${row.version}, ${row.organisationId}, ${row.level}, ${row.label},
      ${row.hsmKeyId}, ${algorithmOf(isAmazon)}, ${row.wrapped}, ${row.commitment}, ${now})
    on conflict do nothing`);
  return inserted === 1;
};

export const channelKeks = (queries: Queries): Promise<KekRow[]> =>
  queries.rows(sql<KekRow>`select ${columns} from kek where level = 'channel'`);

export const deleteKek = (queries: Queries, kekId: string): Promise<number> =>
  queries.execute(sql`delete from kek where kek_id = ${kekId}`);

/**
 * Content KEKs of an organisation that are under a main key and may be rewrapped now, held until the transaction ends; none
 * that another holds.
 */
export const lockKeksUnder = (
  tx: Queries,
  { organisationId, hsmKeyId, now, limit }: { organisationId: string; hsmKeyId: string; now: Date; limit: number },
): Promise<KekRow[]> =>
  tx.rows(sql<KekRow>`select ${columns} from kek
    where level = 'content' and organisation_id = ${organisationId} and hsm_key_id = ${hsmKeyId} and rewrap_at <= ${now}
    order by rewrap_at limit ${limit} for update skip locked`);

/** KEKs that could not be rewrapped: not before this time again. */
export const putOffKeks = async (tx: Queries, rows: readonly KekRow[], rewrapAt: Date): Promise<void> => {
  if (rows.length === 0) return;
  await tx.execute(sql`update kek set rewrap_at = ${rewrapAt}
    from unnest(${rows.map(({ kekId }) => kekId)}::uuid[], ${rows.map(({ version }) => version)}::integer[])
      as refused (kek_id, version)
    where kek.kek_id = refused.kek_id and kek.version = refused.version`);
};

/** Puts KEKs under another main key; answers how many were still under the one before. */
export const moveKeks = (
  tx: Queries,
  rows: readonly KekRow[],
  { from, isAmazon }: { from: string; isAmazon: boolean },
): Promise<number> => {
  const column = <T>(of: (row: KekRow) => T) => rows.map(of);
  return tx.execute(sql`update kek set hsm_key_id = moved.hsm_key_id, wrap_algorithm = ${algorithmOf(isAmazon)},
      wrapped = moved.wrapped, commitment = moved.commitment, rewrap_at = '-infinity'
    from unnest(${column((row) => row.kekId)}::uuid[], ${column((row) => row.version)}::integer[],
      ${column((row) => row.hsmKeyId)}::uuid[], ${column((row) => row.wrapped)}::bytea[],
      ${column((row) => row.commitment)}::bytea[]) as moved (kek_id, version, hsm_key_id, wrapped, commitment)
    where kek.kek_id = moved.kek_id and kek.version = moved.version and kek.hsm_key_id = ${from}`);
};
