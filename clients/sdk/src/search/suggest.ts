import { filterNames, hasWhat, suggestAt } from '@cloister/search-terms';
import type { ClientSnapshot } from '../api/client-snapshot.ts';
import type { Destination, Suggestion } from '../api/search.ts';
import { isCalled, namedIn } from './names.ts';

const most = 8;

/** What the part of a query at the cursor could become. */
export const suggest = (snapshot: ClientSnapshot, text: string, cursor: number): readonly Suggestion[] => {
  const { kind, prefix, span } = suggestAt(text, cursor);
  const range = [span.start, span.end] as const;
  switch (kind) {
    case 'filter':
      return filterNames
        .filter((name) => name.startsWith(prefix.toLowerCase()))
        .map((name) => ({ kind: 'filter', filter: name, insert: `${name}:`, span: range }));
    case 'has':
      return hasWhat
        .filter((what) => what.startsWith(prefix.toLowerCase()))
        .map((what) => ({ kind: 'filter', filter: `has:${what}`, insert: what, span: range }));
    case 'from':
      return namedIn(snapshot)
        .people.filter(({ name }) => isCalled(name, prefix))
        .slice(0, most)
        .map((person) => ({ ...person, insert: quoted(person.name), span: range }));
    case 'in':
      return namedIn(snapshot)
        .rooms.filter(({ title }) => isCalled(title, prefix))
        .slice(0, most)
        .map((room) => ({ ...room, insert: quoted(room.title), span: range }));
    default:
      return [];
  }
};

/** Rooms and people whose name begins with what was typed: rooms first, as lists have them. */
export const destinations = (snapshot: ClientSnapshot, text: string): readonly Destination[] => {
  if (text.trim() === '') return [];
  const { rooms, people } = namedIn(snapshot);
  return [
    ...rooms.filter(({ title }) => isCalled(title, text)).slice(0, most),
    ...people.filter(({ name }) => isCalled(name, text)).slice(0, most),
  ];
};

/** As a filter takes it: a quote inside cannot be written, and need not be to find the name. */
const quoted = (name: string): string => `"${name.replaceAll('"', ' ')}" `;
