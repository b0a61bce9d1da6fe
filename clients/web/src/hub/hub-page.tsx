import { Trans, useLingui } from '@lingui/react/macro';
import { use } from 'react';
import type { HubPlace } from '../app/route.ts';
import { useConfig } from '../state/config-context.tsx';
import { Link } from '../ui/link.tsx';
import { Logo } from '../ui/logo.tsx';
import { Notice } from '../ui/notice.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { DomainsPage } from './domains/domains-page.tsx';
import { FunctionsSection } from './functions-section.tsx';
import { HubNavigation } from './hub-navigation.tsx';
import styles from './hub-page.module.css';
import { hubWords } from './hub-words.ts';
import { KeyServerSection } from './key-server-section.tsx';
import { KeyManagementPage } from './keys/key-management-page.tsx';
import { LoadFailed } from './load-failed.tsx';
import { OrganisationSection } from './organisation-section.tsx';
import { OutsidePage } from './outside/outside-page.tsx';
import { PeopleSection } from './people-section.tsx';
import { SearchPage } from './search/search-page.tsx';
import { useHub } from './use-hub.ts';

/** The administration: what the organisation is, how its key server does, who its people are; and its settings. */
export default function HubPage({ place }: { place: HubPlace }) {
  const { t, i18n } = useLingui();
  use(hubWords(i18n.locale));
  const { organisation } = useConfig();
  const hub = useHub();
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <Logo size={28} />
        <h1 className={styles.title}>
          <Trans>{organisation.name} administration</Trans>
        </h1>
        <Link to="/" className={styles.back}>
          <Trans>Back to rooms</Trans>
        </Link>
      </header>
      <div className={styles.columns}>
        <HubNavigation place={place} />
        <main className={styles.main}>
          {hub.state === 'loading' && <Spinner label={t`Loading`} />}
          {hub.state === 'not-administrator' && (
            <>
              <Notice icon="key">
                <Trans>
                  This page is for full administrators of {organisation.name}. Ask one of them if you need something
                  changed here.
                </Trans>
              </Notice>
              {place === 'overview' && <FunctionsSection functions={hub.functions} />}
            </>
          )}
          {hub.state === 'failed' && <LoadFailed fault={hub.fault} again={hub.again} />}
          {hub.state === 'ready' && place === 'keys' && <KeyManagementPage />}
          {hub.state === 'ready' && place === 'domains' && <DomainsPage administration={hub.administration} />}
          {hub.state === 'ready' && place === 'outside' && <OutsidePage />}
          {hub.state === 'ready' && place === 'search' && <SearchPage functions={hub.functions} />}
          {hub.state === 'ready' && place === 'overview' && (
            <>
              <div className={styles.pair}>
                <OrganisationSection people={hub.people.length} />
                <KeyServerSection />
              </div>
              <FunctionsSection functions={hub.functions} administration={hub.administration} onChanged={hub.reload} />
              <PeopleSection people={hub.people} administration={hub.administration} onChanged={hub.reload} />
            </>
          )}
        </main>
      </div>
    </div>
  );
}
