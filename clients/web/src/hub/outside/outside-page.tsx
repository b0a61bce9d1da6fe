import { openOutside } from '@cloister/sdk';
import { Trans, useLingui } from '@lingui/react/macro';
import { useMemo } from 'react';
import { useClient } from '../../state/client-context.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import styles from '../hub-page.module.css';
import { LoadFailed } from '../load-failed.tsx';
import { CertificatesSection } from './certificates-section.tsx';
import { useGivenOutsideManagement } from './outside-management-context.tsx';
import { OutsideSection } from './outside-section.tsx';
import { PolicySection } from './policy-section.tsx';
import { useOutside } from './use-outside.ts';

/** Organisation settings > Other organisations: whom one's people may meet, and whom they met (docs/wires.md §13). */
export function OutsidePage() {
  const { t } = useLingui();
  const client = useClient();
  const given = useGivenOutsideManagement();
  const outside = useOutside(useMemo(() => given ?? openOutside(client), [given, client]));
  return (
    <>
      <h2 className={styles.place}>
        <Trans>Other organisations</Trans>
      </h2>
      {outside.state === 'loading' && <Spinner label={t`Asking the key server…`} />}
      {outside.state === 'failed' && <LoadFailed fault={outside.fault} again={outside.again} />}
      {outside.state === 'ready' && (
        <>
          <PolicySection key={outside.overview.version} {...outside} />
          <OutsideSection {...outside} />
          <CertificatesSection {...outside.overview} />
        </>
      )}
    </>
  );
}
