import type { DomainName, KmsHost, OutsideMode, Purpose } from '@cloister/wire';

export type AuditPurpose = Purpose | 'participation' | 'administration' | 'federation';

/** One line of the audit: ids and words only. */
export type AuditEntry = {
  readonly at: string;
  readonly action: string;
  readonly outcome: 'allowed' | 'refused';
  /** Who asked: a person, or a machine. */
  readonly personId?: string | undefined;
  readonly machineId?: string | undefined;
  /** The key server of another realm that asked. */
  readonly peer?: KmsHost | undefined;
  /** Missing where another realm asked for what is not here. */
  readonly organisationId?: string | undefined;
  /** What it was for: taking part in a room, keeping an organisation's keys, or what a machine or a case is for (R097). */
  readonly purpose: AuditPurpose;
  /** Whom an officer read for, and by which case. */
  readonly onBehalfOf?: string | undefined;
  readonly caseId?: string | undefined;
  readonly code?: string | undefined;
  readonly keyIds?: readonly string[] | undefined;
  readonly resourceId?: string | undefined;
  readonly roomId?: string | undefined;
  readonly kekId?: string | undefined;
  /** A main key of an organisation or `default`, and a step in its life. */
  readonly masterKeyId?: string | undefined;
  readonly from?: string | null | undefined;
  readonly to?: string | null | undefined;
  readonly epoch?: number | undefined;
  /** A policy about other organisations: public names of theirs, the only words here that are not ours. */
  readonly mode?: OutsideMode | undefined;
  readonly domains?: readonly DomainName[] | undefined;
  /** Another organisation, and whether it is paused from now on. */
  readonly outsideId?: string | undefined;
  readonly paused?: boolean | undefined;
  readonly authorizationId?: string | undefined;
  readonly subjectIds?: readonly string[] | undefined;
  readonly operationId?: string | undefined;
};
