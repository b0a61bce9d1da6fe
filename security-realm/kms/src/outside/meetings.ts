import type { Queries } from '@cloister/database';
import { CloisterError, type OrganisationId } from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import { mayMeet, openToAll } from './may-meet.ts';
import { findOutsideRules } from './store/outside-rules-row.ts';

/** Whether people of two organisations may meet, as far as those served here decide it. */
export type Meetings = (one: string, other: string) => boolean;

export type Meeting = Pick<KmsContext, 'organisations' | 'status'>;

const always: Meetings = () => true;

/**
 * Whether organisations among these may meet, as it stands now; of two that are both served here both decide. What concerns
 * one organisation alone asks for nothing.
 */
export const meetingsOf = async (
  { organisations, status }: Meeting,
  queries: Queries,
  involved: Iterable<string>,
): Promise<Meetings> => {
  const all = [...new Set(involved)];
  const own = all.filter((id) => organisations.includes(id));
  if (all.length < 2 || own.length === 0) return always;
  const rules = await findOutsideRules(queries, own);
  if (rules.size === 0) return always;
  const lets = (from: string, to: string): boolean => {
    const domains = status.organisation(to as OrganisationId)?.domains ?? [];
    return mayMeet(rules.get(from) ?? openToAll, { id: to, domains });
  };
  return (one, other) => one === other || (lets(one, other) && lets(other, one));
};

/** @throws CloisterError `kms/outside-not-allowed` */
export const requireMeeting = async (
  context: Meeting,
  queries: Queries,
  one: string,
  others: readonly string[],
): Promise<void> => {
  const meets = await meetingsOf(context, queries, [one, ...others]);
  if (!others.every((other) => meets(one, other))) throw new CloisterError('kms/outside-not-allowed');
};
