import type { Leaver } from '@cloister/verify';
import type { KmsContext } from '../context.ts';

/** People of this realm's own organisations who left, as the feed states them: a realm speaks for nobody else. */
export const ownLeavers = ({
  status,
  organisations,
}: Pick<KmsContext, 'status' | 'organisations'>): Map<string, Leaver> =>
  new Map(
    status
      .leavers()
      .filter(({ organisationId }) => organisations.includes(organisationId))
      .map((leaver) => [leaver.id, leaver]),
  );

/** The leaver as the feed states them at this moment: who was made active again keeps the rest of their rooms. */
export const leaverNow = ({ status }: Pick<KmsContext, 'status'>, known: Leaver | undefined): Leaver | null => {
  const person = known && status.person(known.id);
  return known && person && !person.active && person.entry === known.entry ? known : null;
};
