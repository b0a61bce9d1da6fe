import { formatCheck } from '@cloister/sdk';
import type { MasterKeyOverview, MasterKeyView } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { formatMoment } from '../../i18n/format-time.ts';
import { useNow } from '../../state/use-now.ts';
import { CopiedText } from '../copied-text.tsx';
import { Facts } from '../section.tsx';
import { formatAge } from './format-age.ts';

import styles from './key-card.module.css';
import { keyId } from './key-id.ts';
import { ProtectionText } from './protection-text.tsx';

/** Everything there is to know of a key; never the key. */
export function KeyFacts({ view, overview }: { view: MasterKeyView; overview: MasterKeyOverview }) {
  const { t, i18n } = useLingui();
  const now = useNow();
  const { uri, source, check, arn, createdAt, activatedAt, retireAt, purgeAt } = view;
  const at = (moment: string) => formatMoment(i18n.locale, new Date(moment));
  const aged = (moment: string) => (
    <>
      {formatAge(i18n.locale, new Date(moment), now)} <span className={styles.small}>({at(moment)})</span>
    </>
  );
  return (
    <Facts
      facts={[
        [t`Key ID`, <CopiedText key="id" text={keyId(uri)} label={t`Copy the key ID`} />],
        ...(arn === undefined ? [] : [[t`ARN`, <CopiedText key="arn" text={arn} label={t`Copy the ARN`} />] as const]),
        ...(check === undefined
          ? []
          : [
              [
                t`Check value`,
                <span key="check" className={styles.check}>
                  <code>{formatCheck(check)}</code>
                  <span className={styles.small}>
                    <Trans>Your backup is the right one if “cloister key check” shows the same.</Trans>
                  </span>
                </span>,
              ] as const,
            ]),
        [t`Source`, source === 'AWS_KMS' ? t`AWS KMS` : t`Uploaded`],
        [t`Protection`, <ProtectionText key="protection" overview={overview} source={source} />],
        [t`Added`, aged(createdAt)],
        ...(activatedAt === undefined ? [] : [[t`Activated`, aged(activatedAt)] as const]),
        ...(retireAt === undefined ? [] : [[t`Removed on`, at(retireAt)] as const]),
        ...(purgeAt === undefined ? [] : [[t`Can be restored until`, at(purgeAt)] as const]),
      ]}
    />
  );
}
