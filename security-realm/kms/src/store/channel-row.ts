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

export const insertChannel = (queries: Queries, row: ChannelRow, now: Date): Promise<number> =>
  queries.execute(sql.prepared`insert into channel (channel_id, organisation_id, person_id, client_id, jkt, kek_id,
      kek_version, wrapped, commitment, created_at, expires_at)
    values (${row.channelId}, ${row.organisationId}, ${row.personId}, ${row.clientId}, ${row.jkt}, ${row.kekId},
      ${row.kekVersion}, ${row.sealed}, ${row.commitment}, ${now}, ${row.expiresAt})`);

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
