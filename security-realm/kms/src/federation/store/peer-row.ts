import { type Queries, sql } from '@cloister/database';
import type { KmsHost } from '@cloister/wire';

/** A key server of another realm, as it was last seen. */
export type PeerRow = {
  readonly kmsHost: KmsHost;
  readonly fingerprint: Buffer;
  readonly firstSeenAt: Date;
  readonly seenAt: Date;
};

/** A key that a certificate of the peer was for. */
export type PeerFingerprintRow = PeerRow;

/** Whether the peer was met with this; false when it is known already, perhaps from another node at this moment. */
export const insertPeer = async (queries: Queries, row: Omit<PeerRow, 'firstSeenAt'>): Promise<boolean> => {
  const { kmsHost, fingerprint, seenAt } = row;
  const count = await queries.execute(sql.prepared`insert into peer (kms_host, fingerprint, first_seen_at, seen_at)
    values (${kmsHost}, ${fingerprint}, ${seenAt}, ${seenAt}) on conflict (kms_host) do nothing`);
  return count === 1;
};

/** The pinned key, with its row locked until the transaction ends. */
export const lockPeer = async (queries: Queries, kmsHost: KmsHost): Promise<Buffer> => {
  const { fingerprint } = await queries.one(
    sql.prepared<{ fingerprint: Buffer }>`select fingerprint from peer where kms_host = ${kmsHost} for update`,
  );
  return fingerprint;
};

export const updatePeer = (queries: Queries, row: Omit<PeerRow, 'firstSeenAt'>): Promise<number> =>
  queries.execute(sql.prepared`update peer set fingerprint = ${row.fingerprint}, seen_at = greatest(seen_at, ${row.seenAt}::timestamptz)
    where kms_host = ${row.kmsHost}`);

export const upsertFingerprint = (queries: Queries, row: Omit<PeerRow, 'firstSeenAt'>): Promise<number> =>
  queries.execute(sql.prepared`insert into peer_fingerprint as f (kms_host, fingerprint, first_seen_at, seen_at)
    values (${row.kmsHost}, ${row.fingerprint}, ${row.seenAt}, ${row.seenAt})
    on conflict (kms_host, fingerprint) do update set seen_at = greatest(f.seen_at, excluded.seen_at)`);

/** All peers, by name. */
export const findPeers = (queries: Queries): Promise<PeerRow[]> =>
  queries.rows(sql<PeerRow>`select kms_host as "kmsHost", fingerprint, first_seen_at as "firstSeenAt", seen_at as "seenAt"
    from peer order by kms_host`);

/** All keys of all peers' certificates, the newest first. */
export const findFingerprints = (queries: Queries): Promise<PeerFingerprintRow[]> =>
  queries.rows(sql<PeerRow>`select kms_host as "kmsHost", fingerprint, first_seen_at as "firstSeenAt", seen_at as "seenAt"
    from peer_fingerprint order by kms_host, seen_at desc, first_seen_at desc`);
