import type { Queries } from '@cloister/database';
import type { Reader } from '../domain/reader.ts';
import { readableBy, readableByPeopleOf } from '../store/authorization-row.ts';

/** Which of the resources a reader may read by their lists: a person, or through its people a machine of indexing; other machines none. */
export const readableTo = async (
  queries: Queries,
  resourceIds: readonly string[],
  { personId, machineOf, peopleOf }: Pick<Reader, 'personId' | 'machineOf' | 'peopleOf'>,
  now: Date,
): Promise<ReadonlySet<string>> => {
  if (resourceIds.length === 0) return new Set();
  if (peopleOf !== null) return readableByPeopleOf(queries, resourceIds, peopleOf, now);
  return machineOf === null ? readableBy(queries, resourceIds, personId, now) : new Set();
};
