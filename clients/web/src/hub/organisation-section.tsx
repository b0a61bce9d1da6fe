import { useLingui } from '@lingui/react/macro';
import { useConfig } from '../state/config-context.tsx';
import { Facts, Section } from './section.tsx';

/** What the organisation is. */
export function OrganisationSection({ people }: { people: number }) {
  const { t, i18n } = useLingui();
  const { organisation } = useConfig();
  return (
    <Section title={t`Organisation`}>
      <Facts
        facts={[
          [t`Name`, organisation.name],
          [t`Domain`, organisation.domain],
          [t`People`, new Intl.NumberFormat(i18n.locale).format(people)],
          [t`Id`, <code key="id">{organisation.id}</code>],
        ]}
      />
    </Section>
  );
}
