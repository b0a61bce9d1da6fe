import { type Queries, sql } from '@cloister/database';
import type { CaseId, OrganisationId, UserId } from '@cloister/wire';
import type { Case } from '../domain/case.ts';

const columns = sql`id, organisation_id AS "organisationId", reference, officer, custodians, expires_at AS "expiresAt",
  opened_by AS "openedBy", opened_at AS "openedAt", approved_by AS "approvedBy", approved_at AS "approvedAt",
  closed_by AS "closedBy", closed_at AS "closedAt"`;

/** An organisation's cases, newest first. */
export const listCases = (queries: Queries, organisationId: OrganisationId): Promise<readonly Case[]> =>
  queries.rows(sql<Case>`
    SELECT ${columns} FROM cases WHERE organisation_id = ${organisationId} ORDER BY opened_at DESC, id`);

/** The case of an id, locked until the transaction ends. */
export const lockCase = (transaction: Queries, id: CaseId): Promise<Case | null> =>
  transaction.maybe(sql<Case>`SELECT ${columns} FROM cases WHERE id = ${id} FOR UPDATE`);

/** Adds a case that nobody has approved. */
export const insertCase = async (
  queries: Queries,
  opened: Omit<Case, 'approvedBy' | 'approvedAt' | 'closedBy' | 'closedAt'>,
): Promise<void> => {
  const { id, organisationId, reference, officer, custodians, expiresAt, openedBy, openedAt } = opened;
  await queries.execute(sql`
    INSERT INTO cases (id, organisation_id, reference, officer, custodians, expires_at, opened_by, opened_at)
    VALUES (${id}, ${organisationId}, ${reference}, ${officer}, ${[...custodians]}::uuid[], ${expiresAt}, ${openedBy},
      ${openedAt})`);
};

interface Decision {
  readonly by: UserId;
  readonly at: Date;
}

/** Notes the approval. */
export const saveApproval = async (queries: Queries, id: CaseId, { by, at }: Decision): Promise<void> => {
  await queries.execute(sql`UPDATE cases SET approved_by = ${by}, approved_at = ${at} WHERE id = ${id}`);
};

/** Notes the end. */
export const saveClosing = async (queries: Queries, id: CaseId, { by, at }: Decision): Promise<void> => {
  await queries.execute(sql`UPDATE cases SET closed_by = ${by}, closed_at = ${at} WHERE id = ${id}`);
};
