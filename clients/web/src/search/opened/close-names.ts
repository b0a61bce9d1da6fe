import type { Search, Suggestion, UnknownName } from '@cloister/sdk';

const most = 3;

/** Names that begin like one that is nobody's: the longer the beginning that they share, the better. */
export function closeNames(search: Pick<Search, 'suggest'>, { filter, name }: UnknownName): readonly Suggestion[] {
  const characters = [...name];
  for (let length = characters.length; length > 0; length -= 1) {
    const begun = `${filter}:"${characters.slice(0, length).join('')}`;
    const found = search.suggest(begun, begun.length).filter(({ kind }) => kind !== 'filter');
    if (found.length > 0) return found.slice(0, most);
  }
  return [];
}
