import type { Leaving, Person } from './status-view.ts';

/** The newest leaving of a person: of one who is gone, or who was and came back. */
export const leavingOf = (person: Person | undefined): Leaving | undefined => {
  if (person === undefined || person.active) return person?.left;
  const { entry, by } = person;
  return { entry, ...(by === undefined ? {} : { by }) };
};
