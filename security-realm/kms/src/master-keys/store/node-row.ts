import { type Queries, sql } from '@cloister/database';

/** An organisation as a node sees it when it looks: every change that freezes or unfreezes it raises the epoch. */
export type OrganisationEpoch = {
  readonly organisationId: string;
  readonly epoch: number;
  readonly isFrozen: boolean;
  /** Whether it is frozen, and not every node is known to have stopped. */
  readonly isUnproven: boolean;
  /** Whether this node has said that it acts by this epoch. */
  readonly isAcknowledged: boolean;
};

/** How far a revocation is. */
export type RevocationProgress = {
  readonly requestedAt: Date;
  /** Nodes that could use a key when it was asked for, or since. */
  readonly nodes: number;
  /** Those of them that have forgotten the keys, or whose lease is over. */
  readonly acknowledged: number;
  readonly effectiveAt: Date | null;
};

/** The node is there, and may use keys for as long as its lease. */
export const beat = (
  queries: Queries,
  { nodeId, at, leaseMs }: { readonly nodeId: string; readonly at: Date; readonly leaseMs: number },
): Promise<number> =>
  queries.execute(sql.prepared`insert into kms_node (node_id, seen_at, lease_ms) values (${nodeId}, ${at}, ${leaseMs})
    on conflict (node_id) do update set seen_at = excluded.seen_at, lease_ms = excluded.lease_ms`);

export const organisationEpochs = (queries: Queries, nodeId: string): Promise<OrganisationEpoch[]> =>
  queries.rows(sql.prepared<OrganisationEpoch>`select o.organisation_id as "organisationId", o.epoch,
      o.is_frozen as "isFrozen", o.is_frozen and o.effective_at is null as "isUnproven",
      coalesce(e.epoch >= o.epoch, false) as "isAcknowledged"
    from organisation_keys o
    left join kms_node_epoch e on e.organisation_id = o.organisation_id and e.node_id = ${nodeId}`);

/** The node acts by these epochs and by no older ones, whatever it does from now on. */
export const acknowledge = (
  queries: Queries,
  nodeId: string,
  epochs: readonly Pick<OrganisationEpoch, 'organisationId' | 'epoch'>[],
): Promise<number> =>
  queries.execute(sql`insert into kms_node_epoch (node_id, organisation_id, epoch)
    select ${nodeId}, * from unnest(${epochs.map(({ organisationId }) => organisationId)}::uuid[],
      ${epochs.map(({ epoch }) => epoch)}::bigint[])
    on conflict (node_id, organisation_id) do update set epoch = greatest(kms_node_epoch.epoch, excluded.epoch)`);

/** Gone, and with it what it acknowledged. */
export const deleteNode = (queries: Queries, nodeId: string): Promise<number> =>
  queries.execute(sql`delete from kms_node where node_id = ${nodeId}`);

/** Until when a node may use keys, after what it said last. */
const leaseEnd = sql`(n.seen_at + n.lease_ms * interval '1 millisecond')`;

/** Nodes whose lease was over before. */
export const deleteNodesBefore = (queries: Queries, before: Date): Promise<number> =>
  queries.execute(sql`delete from kms_node n where ${leaseEnd} < ${before}`);

/** For a row `o` of organisation_keys: nodes that could use a key of it after it was frozen, and what each of them said. */
const concerned = sql`from kms_node n left join kms_node_epoch e
    on e.node_id = n.node_id and e.organisation_id = o.organisation_id
  where ${leaseEnd} > o.frozen_at`;

/** Whether such a node has stopped at a time: it said so, or its lease is over. */
const hasStopped = (at: Date) => sql`(coalesce(e.epoch, -1) >= o.epoch or ${leaseEnd} <= ${at})`;

/** Writes down, once, the revocations that every node is known to have heard of or to have stopped for. */
export const proveRevocations = (queries: Queries, at: Date): Promise<{ organisationId: string }[]> =>
  queries.rows(sql<{ organisationId: string }>`update organisation_keys o set effective_at = ${at}
    where o.is_frozen and o.effective_at is null and not exists (select 1 ${concerned} and not ${hasStopped(at)})
    returning organisation_id as "organisationId"`);

/** Null while the organisation is not frozen. */
export const revocationProgress = (
  queries: Queries,
  organisationId: string,
  at: Date,
): Promise<RevocationProgress | null> =>
  queries.maybe(sql<RevocationProgress>`select o.frozen_at as "requestedAt", o.effective_at as "effectiveAt",
      (select count(*)::integer ${concerned}) as nodes,
      (select count(*)::integer ${concerned} and ${hasStopped(at)}) as acknowledged
    from organisation_keys o where o.organisation_id = ${organisationId} and o.is_frozen`);

/** How many answers of nodes are waited for, over all frozen organisations. */
export const countUnacknowledged = async (queries: Queries, at: Date): Promise<number> => {
  const { count } = await queries.one(sql<{ count: number }>`select coalesce(sum(
      (select count(*) ${concerned} and not ${hasStopped(at)})), 0)::integer as count
    from organisation_keys o where o.is_frozen and o.effective_at is null`);
  return count;
};
