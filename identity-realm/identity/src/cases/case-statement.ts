import type { Case } from '../domain/case.ts';
import type { StatusStatement } from '../store/status-log.ts';

/** What a realm is told of a case: who may act for whom, until when, and who decided it; never what it is about. */
export const caseStatement = (each: Case): StatusStatement => {
  const { id, organisationId, officer, custodians, expiresAt, openedBy, approvedBy, closedAt } = each;
  return {
    kind: 'case',
    id,
    organisationId,
    officer,
    custodians: [...custodians],
    active: approvedBy !== null && closedAt === null,
    expiresAt: Math.floor(expiresAt.getTime() / 1000),
    openedBy,
    ...(approvedBy === null ? {} : { approvedBy }),
  };
};
