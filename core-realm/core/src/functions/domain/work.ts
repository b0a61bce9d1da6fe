import type { ActivityId, OrganisationId, Purpose, RoomId, UserId, WorkId } from '@cloister/wire';
import { CloisterError, type ErrorCode } from '@cloister/wire';

export type WorkState = 'waiting' | 'leased' | 'done' | 'nothing' | 'failed';

/** A share that a function's machines shall look at. */
export interface StoredWork {
  readonly id: WorkId;
  readonly purpose: Purpose;
  readonly organisationId: OrganisationId;
  readonly roomId: RoomId;
  readonly activityId: ActivityId;
  readonly state: WorkState;
  readonly attempts: number;
  readonly leaseholder: UserId | null;
}

/** How long a machine has for what it took, in milliseconds. */
export const leaseLife = 5 * 60_000;

/** How old a page may be that a result names, in milliseconds: well below the hour after which uploads are dropped. */
export const pageLife = 45 * 60_000;

/** The pauses before work that failed is given out again; after the last there is no other attempt. */
const pauses = [30_000, 120_000, 600_000] as const;

const keysOff: ErrorCode = 'kms/revoked';

/** How often work is given out at most: once, and again after each pause. */
export const mostAttempts = pauses.length + 1;

/** How work that failed goes on: when it may be given out again, in milliseconds, and how often it was tried by now. */
export interface NextAttempt {
  readonly pause: number;
  readonly attempts: number;
}

/**
 * What comes of work that failed, `undefined` when it is given up. While the organisation's main key is off nobody can
 * do it (R045): that says nothing of the work, and is no attempt.
 */
export const afterFault = ({ attempts }: Pick<StoredWork, 'attempts'>, code: string): NextAttempt | undefined => {
  if (code === keysOff) return { pause: pauses[0], attempts: attempts - 1 };
  const pause = pauses[attempts - 1];
  return pause === undefined ? undefined : { pause, attempts };
};

/**
 * Whether what a machine says of work counts: `false` for a repeat of what it said before.
 * A lease that ran out while nobody else took the work is still good: the result is as right as it was.
 * @throws CloisterError `core/lease-lost`
 */
export const decideHolder = (work: StoredWork, machine: UserId, said: 'done' | 'nothing' | 'failed'): boolean => {
  const own = work.leaseholder === machine;
  if (own && work.state === 'leased') return true;
  // After a fault the work waits for its next attempt.
  if (own && (work.state === said || (work.state === 'waiting' && said === 'failed'))) return false;
  throw new CloisterError('core/lease-lost');
};
