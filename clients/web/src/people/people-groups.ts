import type { PersonView } from '@cloister/sdk';
import type { OrganisationId, UserId } from '@cloister/wire';

/** Members of one organisation; `domain` names a foreign one by its people's e-mail addresses, when we are told them. */
export interface PeopleGroup {
  readonly key: string;
  readonly own: boolean;
  readonly domain?: string;
  readonly people: readonly UserId[];
}

/** The people of a room by organisation, one's own first, everyone by name. */
export function peopleGroups(
  ids: readonly UserId[],
  people: ReadonlyMap<UserId, PersonView>,
  { own, language }: { own: OrganisationId; language: string },
): PeopleGroup[] {
  const collator = new Intl.Collator(language);
  const byName = (a: UserId, b: UserId) => collator.compare(people.get(a)?.name ?? '', people.get(b)?.name ?? '');
  const groups = Map.groupBy(ids.toSorted(byName), (id) => people.get(id)?.organisationId ?? own);
  return [...groups]
    .map(([key, members]) => {
      const domain = members.map((id) => people.get(id)?.email?.split('@').at(-1)).find((found) => found !== undefined);
      return { key, own: key === own, people: members, ...(domain === undefined ? {} : { domain }) };
    })
    .toSorted((a, b) => Number(b.own) - Number(a.own) || collator.compare(a.domain ?? '', b.domain ?? ''));
}
