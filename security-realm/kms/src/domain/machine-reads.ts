import type { Reader } from './reader.ts';

type Machine = Pick<Reader, 'machineOf' | 'peopleOf'>;

/**
 * Whether a machine reads a resource by its list: of its own organisation's any; one for indexing also where somebody of its
 * organisation stands on the list, whoever's resource it is (wires.md §14).
 */
export const readsOnList = (
  { machineOf, peopleOf }: Machine,
  list: { readonly organisationId: string; readonly readers: ReadonlyMap<string, string> },
): boolean => list.organisationId === machineOf || (peopleOf !== null && [...list.readers.values()].includes(peopleOf));
