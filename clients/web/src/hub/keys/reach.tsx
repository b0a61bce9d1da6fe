import type { MasterKeyOverview } from '@cloister/wire';
import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';

/** Whom the main key reaches, in numbers. */
export function useReach({ people, rooms }: MasterKeyOverview['reach']): string {
  const { t, i18n } = useLingui();
  const both = [
    t`${plural(people, { one: '# person', other: '# people' })}`,
    t`${plural(rooms, { one: '# room', other: '# rooms' })}`,
  ];
  return new Intl.ListFormat(i18n.locale, { type: 'conjunction' }).format(both);
}

/** The same as the first sentence of a dangerous act. */
export function ReachText({ reach }: Pick<MasterKeyOverview, 'reach'>) {
  const { t } = useLingui();
  const both = useReach(reach);
  return (
    <p>
      <strong>{t`This reaches ${both}.`}</strong>
    </p>
  );
}
