import type { RoomView } from '@cloister/sdk';
import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { formatList } from '../i18n/format-list.ts';
import { usePeople } from '../state/client-context.tsx';
import { type Outsiders, outsidersOf } from './outsiders.ts';
import { plainName } from './plain-name.ts';
import { useOrganisations } from './use-organisations.ts';

/** So many are named one by one. */
const mostNamed = 3;

/** Who of other organisations is in a room, by organisation: `Ada Novak (Globex), 5 people (Initech)`; empty for nobody. */
export function useOutsidersText(room: RoomView): string {
  const { t, i18n } = useLingui();
  const known = usePeople(room.people);
  const organisationOf = useOrganisations();
  const textOf = ({ organisationId, people }: Outsiders): string => {
    const organisation = organisationOf(organisationId);
    const names = people.flatMap((id) => {
      const person = known.get(id);
      return person?.known ? plainName(person.name) : [];
    });
    const count = people.length;
    if (count === 0) return organisation;
    if (count > mostNamed || names.length < count) {
      return t`${plural(count, { one: '# person', other: '# people' })} (${organisation})`;
    }
    const list = formatList(i18n.locale, names);
    return t`${list} (${organisation})`;
  };
  return formatList(i18n.locale, outsidersOf(room, known).map(textOf));
}
