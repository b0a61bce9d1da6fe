/** One line of the audit: ids and words only. */
export type AuditEntry = {
  readonly at: string;
  readonly action: string;
  readonly outcome: 'allowed' | 'refused';
  readonly personId: string;
  readonly organisationId: string;
  readonly code?: string | undefined;
  readonly keyIds?: readonly string[] | undefined;
  readonly resourceId?: string | undefined;
  readonly roomId?: string | undefined;
  readonly subjectIds?: readonly string[] | undefined;
  readonly operationId?: string | undefined;
};
