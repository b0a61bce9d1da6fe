import type { ReadingOrganisation } from '@cloister/sdk';
import { Trans, useLingui } from '@lingui/react/macro';
import { formatMoment } from '../i18n/format-time.ts';
import { otherDomains } from '../outside/other-domains.ts';
import { useOrganisations } from '../outside/use-organisations.ts';
import { Notice } from '../ui/notice.tsx';
import { FunctionName } from './function-name.tsx';
import { ReaderLine } from './reader-line.tsx';
import styles from './who-can-read-card.module.css';

/** Each other organisation in the room: its key server, and the machines that it says it lets read (R344). */
export function OutsideReaders({ organisations }: { organisations: readonly ReadingOrganisation[] }) {
  return (
    <>
      <Notice kind="warning" icon="outside">
        <Trans>
          What is written here can be read by machines of other organisations, in their clouds too: each decides for
          itself, and what it says of its machines is its word.
        </Trans>
      </Notice>
      {organisations.map((organisation) => (
        <OneOutside key={organisation.organisationId} organisation={organisation} />
      ))}
    </>
  );
}

function OneOutside({ organisation }: { organisation: ReadingOrganisation }) {
  const { i18n } = useLingui();
  const { organisationId, domains, kmsHost, functions, statedAt } = organisation;
  const label = useOrganisations()(organisationId);
  const proved = otherDomains(label, domains);
  const since = statedAt === undefined ? '' : formatMoment(i18n.locale, new Date(statedAt));
  return (
    <>
      <h4 className={styles.organisation}>
        {label}
        {proved !== '' && <span className={styles.others}> ({proved})</span>}
      </h4>
      <ul className={styles.readers}>
        <ReaderLine icon="key">
          <Trans>Its key server ({kmsHost}), which gives its people their keys</Trans>
        </ReaderLine>
        {functions?.map((purpose) => (
          <ReaderLine key={purpose} icon="machine">
            <FunctionName purpose={purpose} />
          </ReaderLine>
        ))}
        {functions?.length === 0 && (
          <ReaderLine icon="machine">
            <Trans>No machines</Trans>
          </ReaderLine>
        )}
        {functions === undefined && (
          <ReaderLine icon="alert">
            <Trans>It has not said which machines it lets read. Expect that there are some.</Trans>
          </ReaderLine>
        )}
      </ul>
      {functions !== undefined && since !== '' && (
        <p className={styles.others}>
          <Trans>Signed by its key server on {since}</Trans>
        </p>
      )}
    </>
  );
}
