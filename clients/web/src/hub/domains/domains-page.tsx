import type { Administration } from '@cloister/sdk';
import type { DomainView } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import styles from '../hub-page.module.css';
import { LoadFailed } from '../load-failed.tsx';
import { Section } from '../section.tsx';
import { ClaimDialog } from './claim-dialog.tsx';
import { DomainCard } from './domain-card.tsx';
import domainStyles from './domains.module.css';
import { RemoveDomainDialog } from './remove-domain-dialog.tsx';
import { useDomains } from './use-domains.ts';

type Open = { dialog: 'claim' } | { dialog: 'remove'; view: DomainView };

/** Organisation settings > Domains: claim one, prove it, give it up (docs/wires.md §13). */
export function DomainsPage({ administration }: { administration: Administration }) {
  const { t } = useLingui();
  const domains = useDomains(administration);
  const [open, setOpen] = useState<Open>();
  const reload = async () => {
    if (domains.state === 'ready') await domains.reload();
  };
  const close = () => {
    setOpen(undefined);
    void reload();
  };
  return (
    <>
      <h2 className={styles.place}>
        <Trans>Domains</Trans>
      </h2>
      {domains.state === 'loading' && <Spinner label={t`Loading`} />}
      {domains.state === 'failed' && <LoadFailed fault={domains.fault} again={domains.again} />}
      {domains.state === 'ready' && (
        <Section
          title={t`Your domains`}
          action={
            <Button kind="primary" icon="add" onPress={() => setOpen({ dialog: 'claim' })}>
              <Trans>Claim a domain</Trans>
            </Button>
          }
        >
          <p className={domainStyles.intro}>
            <Trans>
              A proved domain tells other organisations who you are. Key servers of others meet yours only under a
              domain that you proved.
            </Trans>
          </p>
          {domains.domains.length === 0 ? (
            <p>
              <Trans>No domain is claimed yet. Claim the one that is in your people’s e-mail addresses first.</Trans>
            </p>
          ) : (
            <ul className={domainStyles.cards}>
              {domains.domains.map((view) => (
                <DomainCard
                  key={view.domain}
                  view={view}
                  verify={async () => {
                    await administration.verifyDomain(view.domain);
                    await reload();
                  }}
                  onRemove={() => setOpen({ dialog: 'remove', view })}
                />
              ))}
            </ul>
          )}
        </Section>
      )}
      {open?.dialog === 'claim' && <ClaimDialog administration={administration} onClose={close} />}
      {open?.dialog === 'remove' && (
        <RemoveDomainDialog view={open.view} administration={administration} onClose={close} />
      )}
    </>
  );
}
