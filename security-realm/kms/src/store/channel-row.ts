import { type Queries, sql } from '@cloister/database';
import type { Sealed } from '../keys/key-vault.ts';

/** A channel as stored: its ephemeral key is sealed under the day's wrapping key. */
export type ChannelRow = Sealed & {
  readonly channelId: string;
  readonly organisationId: string;
  readonly personId: string;
  readonly clientId: string;
  readonly jkt: string | null;
  readonly expiresAt: Date;
};

export const insertChannels = (queries: Queries, rows: readonly ChannelRow[], now: Date): Promise<number> => {
  const column = <T>(of: (row: ChannelRow) => T) => rows.map(of);
  return queries.execute(sql.prepared`insert into channel (channel_id, organisation_id, person_id, client_id, jkt, kek_id,
      kek_version, wrapped, commitment, expires_at, created_at)
    select *, ${now}::timestamptz
    from unnest(${column((row) => row.channelId)}::uuid[], ${column((row) => row.organisationId)}::uuid[],
      ${column((row) => row.personId)}::uuid[], ${column((row) => row.clientId)}::text[],
      ${column((row) => row.jkt)}::text[], ${column((row) => row.kekId)}::uuid[],
      ${column((row) => row.kekVersion)}::integer[], ${column((row) => row.sealed)}::bytea[],
      ${column((row) => row.commitment)}::bytea[], ${column((row) => row.expiresAt)}::timestamptz[])`);
};

export const findChannels = (queries: Queries, ids: readonly string[], now: Date): Promise<ChannelRow[]> =>
  queries.rows(sql.prepared<ChannelRow>`select channel_id as "channelId", organisation_id as "organisationId",
      person_id as "personId", client_id as "clientId", jkt, kek_id as "kekId", kek_version as "kekVersion",
      wrapped as sealed, commitment, expires_at as "expiresAt"
    from channel where channel_id = any(${ids}::uuid[]) and expires_at > ${now}`);

export const deleteChannel = (queries: Queries, channelId: string): Promise<number> =>
  queries.execute(sql`delete from channel where channel_id = ${channelId}`);

export const deleteExpiredChannels = (queries: Queries, now: Date): Promise<number> =>
  queries.execute(sql`delete from channel where expires_at <= ${now}`);

/** How many channels a KEK still wraps. */
export const channelsUnder = async (queries: Queries, kekId: string): Promise<number> => {
  const { count } = await queries.one(
    sql<{ count: number }>`select count(*) as count from channel where kek_id = ${kekId}`,
  );
  return count;
};
