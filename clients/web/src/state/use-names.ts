import type { UserId } from '@cloister/wire';
import { useLingui } from '@lingui/react/macro';
import { usePeople } from './client-context.tsx';

/** A function from ids to names to show; someone identity does not name to us has a placeholder. */
export function useNames(ids: readonly UserId[]): (id: UserId) => string {
  const people = usePeople(ids);
  const { t } = useLingui();
  return (id) => {
    const person = people.get(id);
    if (person?.known) return person.name;
    return person === undefined ? t`…` : t`Someone`;
  };
}
