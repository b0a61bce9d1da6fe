import type { CaseId, OrganisationId, UserId } from '@cloister/wire';

/** Leave to read what some people could read, for an eDiscovery officer, while it lasts. */
export interface Case {
  readonly id: CaseId;
  readonly organisationId: OrganisationId;
  /** What the organisation calls it. It never leaves identity. */
  readonly reference: string;
  readonly officer: UserId;
  /** Whose rooms may be read. */
  readonly custodians: readonly UserId[];
  readonly expiresAt: Date;
  readonly openedBy: UserId;
  readonly openedAt: Date;
  readonly approvedBy: UserId | null;
  readonly approvedAt: Date | null;
  readonly closedBy: UserId | null;
  readonly closedAt: Date | null;
}

export type CaseState = 'awaiting-approval' | 'open' | 'expired' | 'closed';

/** Longest life of a case. */
export const longestCaseMs = 90 * 24 * 60 * 60 * 1000;

/** Most custodians of one case (wires.md §10). */
export const mostCustodians = 100;

export const caseState = ({ approvedAt, closedAt, expiresAt }: Case, now: Date): CaseState => {
  if (closedAt !== null) return 'closed';
  if (expiresAt <= now) return 'expired';
  return approvedAt === null ? 'awaiting-approval' : 'open';
};

/** The second pair of eyes is nobody who asked for the case, works on it or is its subject (R097). */
export const mayApprove = ({ openedBy, officer, custodians }: Case, approver: UserId): boolean =>
  approver !== openedBy && approver !== officer && !custodians.includes(approver);
