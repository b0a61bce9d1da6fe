import type { PersonView } from '@cloister/sdk';
import type { OrganisationId, UserId } from '@cloister/wire';

/** Members of one organisation. */
export interface PeopleGroup {
  readonly organisationId: OrganisationId;
  readonly people: readonly UserId[];
}

interface Options {
  readonly own: OrganisationId;
  readonly language: string;
  /** What an organisation is called. */
  readonly labelOf: (id: OrganisationId) => string;
}

/** The people of a room by organisation, one's own first, everyone by name. */
export function peopleGroups(
  ids: readonly UserId[],
  people: ReadonlyMap<UserId, PersonView>,
  { own, language, labelOf }: Options,
): PeopleGroup[] {
  const collator = new Intl.Collator(language);
  const byName = (a: UserId, b: UserId) => collator.compare(people.get(a)?.name ?? '', people.get(b)?.name ?? '');
  const groups = Map.groupBy(ids.toSorted(byName), (id) => people.get(id)?.organisationId ?? own);
  const isOwn = ({ organisationId }: PeopleGroup) => Number(organisationId === own);
  return [...groups]
    .map(([organisationId, members]) => ({ organisationId, people: members }))
    .toSorted((a, b) => isOwn(b) - isOwn(a) || collator.compare(labelOf(a.organisationId), labelOf(b.organisationId)));
}
