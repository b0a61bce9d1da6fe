import { type Queries, sql } from '@cloister/database';

/**
 * One KEK as an administrator sees it: the sixteen shards that wrap an organisation's content keys at one version. Those
 * of an inactive one are released to nobody.
 */
export type KekGenerationRow = {
  readonly generationId: string;
  readonly organisationId: string;
  readonly version: number;
  readonly active: boolean;
};

const columns = sql`generation_id as "generationId", organisation_id as "organisationId", version, active`;

/** Newest first. */
export const kekGenerations = (queries: Queries, organisationId: string): Promise<KekGenerationRow[]> =>
  queries.rows(sql.prepared<KekGenerationRow>`select generation_id as "generationId",
      organisation_id as "organisationId", version, active from kek_generation
    where organisation_id = ${organisationId} order by version desc`);

/** The next version, active. Waits for who makes one at the same moment, and then throws `platform/conflict`. */
export const insertKekGeneration = (
  queries: Queries,
  { generationId, organisationId, createdAt }: { generationId: string; organisationId: string; createdAt: Date },
): Promise<KekGenerationRow> =>
  queries.one(sql<KekGenerationRow>`insert into kek_generation
      (generation_id, organisation_id, version, active, created_at)
    select ${generationId}, ${organisationId}, coalesce(max(version), 0) + 1, true, ${createdAt}
      from kek_generation where organisation_id = ${organisationId}
    returning ${columns}`);

/** The first version, unless there is one. */
export const ensureKekGeneration = (
  queries: Queries,
  { generationId, organisationId, createdAt }: { generationId: string; organisationId: string; createdAt: Date },
): Promise<number> =>
  queries.execute(sql`insert into kek_generation (generation_id, organisation_id, version, active, created_at)
    values (${generationId}, ${organisationId}, 1, true, ${createdAt}) on conflict (organisation_id, version) do nothing`);

/** Null when the organisation has no such KEK. */
export const setKekActive = (
  queries: Queries,
  { generationId, organisationId }: { generationId: string; organisationId: string },
  active: boolean,
): Promise<KekGenerationRow | null> =>
  queries.maybe(sql<KekGenerationRow>`update kek_generation set active = ${active}
    where generation_id = ${generationId} and organisation_id = ${organisationId} returning ${columns}`);

/** The ids of all KEKs that are inactive, mostly none: part of a query over content keys. */
export const inactiveKeks = sql`(select kek.kek_id from kek join kek_generation g using (organisation_id, version)
  where kek.level = 'content' and not g.active)`;
