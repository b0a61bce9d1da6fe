import type { Departure, Person } from './status-view.ts';

/** The newest departure of a person: of one who is gone, or who was and came back. */
export const departureOf = (person: Person | undefined): Departure | undefined => {
  if (person === undefined || person.active) return person?.left;
  const { entry, by } = person;
  return { entry, ...(by === undefined ? {} : { by }) };
};
