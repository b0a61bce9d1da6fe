import type { RoomView, WhoCanRead } from '@cloister/sdk';
import { plural } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { useFaultText } from '../app/fault-text.tsx';
import { useConfig } from '../state/config-context.tsx';
import { useNames } from '../state/use-names.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Notice } from '../ui/notice.tsx';
import { FunctionName } from './function-name.tsx';
import { useWhoCanRead } from './use-who-can-read.ts';
import styles from './who-can-read-card.module.css';

/** Says plainly who can read the room: the people in it, and the key server that keeps its keys. */
export function WhoCanReadCard({ room }: { room: RoomView }) {
  const textOf = useFaultText();
  const readers = useWhoCanRead(room);
  return (
    <section className={styles.card}>
      <h3 className={styles.title}>
        <Trans>Who can read this</Trans>
      </h3>
      {readers.state === 'known' && <Known readers={readers.readers} />}
      {readers.state === 'asking' && (
        <p>
          <Trans>Asking the key server…</Trans>
        </p>
      )}
      {readers.state === 'failed' && (
        <Notice
          kind="warning"
          actions={
            <Button icon="retry" onPress={readers.again}>
              <Trans>Try again</Trans>
            </Button>
          }
        >
          {textOf(readers.fault)}
        </Notice>
      )}
    </section>
  );
}

function Known({ readers }: { readers: WhoCanRead }) {
  const { t } = useLingui();
  const { organisation } = useConfig();
  const { people, unexplained, cannotRead, functions, keyServers, keys } = readers;
  const nameOf = useNames([...unexplained, ...cannotRead]);
  const others = unexplained.map(nameOf).join(', ');
  const waiting = cannotRead.map(nameOf).join(', ');
  const count = people.length - cannotRead.length;
  const owner = organisation.name;
  const shared = keys.filter((key) => key.shared).length;
  const own = keys.length - shared;
  return (
    <>
      <ul className={styles.readers}>
        <li>
          <Icon name="people" size={16} />
          <span>{t`${plural(count, { one: '# person in this room', other: 'The # people in this room' })}`}</span>
        </li>
        {functions.map(({ organisationId, purpose }) => (
          <li key={`${organisationId} ${purpose}`}>
            <Icon name="machine" size={16} />
            <span>
              <FunctionName purpose={purpose} />
            </span>
          </li>
        ))}
        {functions.length === 0 && (
          <li>
            <Icon name="machine" size={16} />
            <span>
              <Trans>No machines</Trans>
            </span>
          </li>
        )}
        {keyServers.map((keyServer) => (
          <li key={keyServer}>
            <Icon name="key" size={16} />
            <span>
              {keyServer === organisation.kmsHost ? (
                <Trans>
                  The key server of {owner} ({keyServer}), which keeps the keys
                </Trans>
              ) : (
                <Trans>The key server {keyServer}, which keeps the keys</Trans>
              )}
            </span>
          </li>
        ))}
      </ul>
      <p className={styles.others}>
        <Trans>The server that stores and routes messages cannot.</Trans>
      </p>
      {keys.length > 0 && (
        <p className={styles.others}>
          {shared === 0
            ? t`${plural(own, { one: 'Sealed under # key, one device’s own.', other: 'Sealed under # keys, each one device’s own.' })}`
            : t`${plural(shared, {
                one: '# key is shared by apps that do not make one for each device.',
                other: '# keys are shared by apps that do not make one for each device.',
              })}`}
        </p>
      )}
      {unexplained.length > 0 && (
        <Notice kind="danger" icon="alert">
          <Trans>
            The key server also lets people read who are not in this room: {others}. Nothing is sent until this is
            cleared up. Tell your administrator.
          </Trans>
        </Notice>
      )}
      {cannotRead.length > 0 && (
        <Notice kind="warning" icon="clock">
          <Trans>Not able to read yet: {waiting}</Trans>
        </Notice>
      )}
    </>
  );
}
