import type { OutsideOverview, OutsidePeer } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { formatMoment } from '../../i18n/format-time.ts';
import { Notice } from '../../ui/notice.tsx';
import table from '../people-section.module.css';
import { Section } from '../section.tsx';
import { metName } from './met-name.ts';
import styles from './outside.module.css';

/** The keys under which key servers of others proved who they are, and each change of one. */
export function CertificatesSection({ peers, organisations }: Pick<OutsideOverview, 'peers' | 'organisations'>) {
  const { t } = useLingui();
  if (peers.length === 0) return null;
  const ownersOf = ({ kmsHost }: OutsidePeer) =>
    organisations
      .filter((each) => each.kmsHost === kmsHost)
      .map(metName)
      .join(', ');
  return (
    <Section title={t`Certificates of their key servers`}>
      <p className={styles.intro}>
        <Trans>
          Your key server keeps the key of each certificate from the first meeting on, and notes every other.
        </Trans>
      </p>
      {peers.some(({ earlier }) => earlier.length > 0) && (
        <Notice kind="warning" icon="alert">
          <Trans>
            The key of a certificate changed. Key servers renew their keys now and then. If nobody told you, ask the
            other organisation in another way whether it was them, and pause it until you know.
          </Trans>
        </Notice>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard */}
      <section className={table.scroll} aria-label={t`Certificates of their key servers, table`} tabIndex={0}>
        <table className={`${table.table} ${styles.certificates}`}>
          <thead>
            <tr>
              <th scope="col">{t`Key server`}</th>
              <th scope="col">{t`SHA-256 of the key`}</th>
              <th scope="col">{t`First seen`}</th>
              <th scope="col">{t`Last seen`}</th>
            </tr>
          </thead>
          <tbody>
            {peers.map((peer) => (
              <PeerRows key={peer.kmsHost} peer={peer} owners={ownersOf(peer)} />
            ))}
          </tbody>
        </table>
      </section>
    </Section>
  );
}

function PeerRows({ peer, owners }: { peer: OutsidePeer; owners: string }) {
  const { i18n } = useLingui();
  const at = (moment: string) => <time dateTime={moment}>{formatMoment(i18n.locale, new Date(moment))}</time>;
  const { kmsHost, fingerprint, firstSeenAt, seenAt, earlier } = peer;
  const since = earlier[0]?.until;
  return (
    <>
      <tr>
        <th scope="row">
          {kmsHost}
          {owners !== '' && <span className={styles.owners}>{owners}</span>}
        </th>
        <td>
          <code className={styles.fingerprint}>{fingerprint}</code>
        </td>
        <td>{at(firstSeenAt)}</td>
        <td>{at(seenAt)}</td>
      </tr>
      {earlier.map((one) => (
        <tr key={one.fingerprint + one.until}>
          <th scope="row" className={styles.earlier}>
            {one.until === since ? <Trans>Before the last change</Trans> : <Trans>Before that</Trans>}
          </th>
          <td>
            <code className={styles.fingerprint}>{one.fingerprint}</code>
          </td>
          <td />
          <td>{at(one.until)}</td>
        </tr>
      ))}
    </>
  );
}
