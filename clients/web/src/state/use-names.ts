import type { OrganisationId, UserId } from '@cloister/wire';
import { useLingui } from '@lingui/react/macro';
import { plainName } from '../outside/plain-name.ts';
import { useOrganisations } from '../outside/use-organisations.ts';
import { usePeople, useSnapshot } from './client-context.tsx';

/** What somebody is called on screen. */
export interface ShownName {
  /** A placeholder while nobody told it. */
  readonly name: string;
  /** Of people of other organisations; what shows `name` alone shows this beside it. */
  readonly outside?: OrganisationId;
  /** The name with the organisation, for sentences; the name alone for one's own people. */
  readonly full: string;
}

/** A function from ids to names to show where their organisation has a place of its own. */
export function useShownNames(ids: readonly UserId[]): (id: UserId) => ShownName {
  const { t } = useLingui();
  const { me } = useSnapshot();
  const people = usePeople(ids);
  const labelOf = useOrganisations();
  return (id) => {
    const person = people.get(id);
    const outside = person?.organisationId === me.organisationId ? undefined : person?.organisationId;
    if (outside === undefined) {
      const name = person?.known ? person.name : person === undefined ? t`…` : t`Somebody`;
      return { name, full: name };
    }
    const organisation = labelOf(outside);
    if (!person?.known) return { name: t`Somebody`, outside, full: t`Somebody at ${organisation}` };
    const name = plainName(person.name);
    return { name, outside, full: t`${name} (${organisation})` };
  };
}

/** A function from ids to names for sentences: people of other organisations with these. */
export function useNames(ids: readonly UserId[]): (id: UserId) => string {
  const shown = useShownNames(ids);
  return (id) => shown(id).full;
}
