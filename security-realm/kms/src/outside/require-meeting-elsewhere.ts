import { CloisterError, hostOf, type OperationKind, type OrganisationId, type ResourceUri } from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import { lastForeignList } from '../federation/store/foreign-list-row.ts';
import { meetingsOf } from './meetings.ts';
import { findOutsideRules } from './store/outside-rules-row.ts';

/** Whoever may not meet may still go, and take others away. */
const always: readonly OperationKind[] = ['remove', 'dismiss'];

/**
 * Whether a change of a room that is at home elsewhere is passed on: while the own organisation lets its people meet that of
 * the room, as home stated it last; before it stated anything, any that its key server serves.
 * @throws CloisterError `kms/outside-not-allowed`
 */
export const requireMeetingElsewhere = async (
  context: Pick<KmsContext, 'database' | 'organisations' | 'status'>,
  change: {
    readonly kind: OperationKind;
    readonly organisationId: OrganisationId;
    readonly resourceUri: ResourceUri;
  },
): Promise<void> => {
  const { kind, organisationId: own, resourceUri } = change;
  if (always.includes(kind)) return;
  // Most never decided anything, and need no look at the room.
  if (!(await findOutsideRules(context.database, [own])).has(own)) return;
  const stated = await lastForeignList(context.database, resourceUri);
  const served = context.status.realm(hostOf(resourceUri))?.organisationIds ?? [];
  const theirs = stated === null ? served : [stated.organisationId];
  const meets = await meetingsOf(context, context.database, [own, ...theirs]);
  if (theirs.length > 0 && !theirs.some((id) => meets(own, id))) throw new CloisterError('kms/outside-not-allowed');
};
