import type { PersonView } from '@cloister/sdk';
import type { OrganisationId } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { formatList } from '../i18n/format-list.ts';
import { useSnapshot } from '../state/client-context.tsx';
import { useConfig } from '../state/config-context.tsx';
import { Notice } from '../ui/notice.tsx';
import { otherDomains } from './other-domains.ts';
import styles from './outside-notice.module.css';
import { plainName } from './plain-name.ts';
import { useOrganisations } from './use-organisations.ts';

/** Before people of other organisations come into a room: whose they are, and who can read it then (R446, R344). */
export function OutsideNotice({ chosen }: { chosen: readonly PersonView[] }) {
  const { i18n, t } = useLingui();
  const { me, organisations } = useSnapshot();
  const own = useConfig().organisation.name;
  const labelOf = useOrganisations();
  const outsiders = chosen.filter(({ organisationId }) => (organisationId ?? me.organisationId) !== me.organisationId);
  const byOrganisation = Map.groupBy(outsiders, ({ organisationId }) => organisationId as OrganisationId);
  const list = formatList(i18n.locale, [...byOrganisation.keys()].map(labelOf));
  // Said when somebody is chosen, so the place for it is there before.
  return (
    <div role="status" className={styles.place}>
      {outsiders.length > 0 && (
        <Notice kind="warning" icon="outside">
          <p>
            <strong>
              <Trans>Not of {own}:</Trans>
            </strong>
          </p>
          <ul className={styles.people}>
            {[...byOrganisation].map(([id, people]) => {
              const names = formatList(
                i18n.locale,
                people.map(({ name }) => plainName(name)),
              );
              const label = labelOf(id);
              const domains = otherDomains(label, organisations.get(id)?.domains ?? []);
              return <li key={id}>{domains === '' ? t`${names}: ${label}` : t`${names}: ${label} (${domains})`}</li>;
            })}
          </ul>
          <p>
            <Trans>
              They will read everything in this room. So can the key servers of {list}, and the machines that these let
              read; that is decided there and not at {own}.
            </Trans>
          </p>
        </Notice>
      )}
    </div>
  );
}
