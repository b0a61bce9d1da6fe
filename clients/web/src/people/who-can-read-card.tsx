import type { RoomView, WhoCanRead } from '@cloister/sdk';
import { plural } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { useFaultText } from '../app/fault-text.tsx';
import { useSnapshot } from '../state/client-context.tsx';
import { useNames } from '../state/use-names.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { OutsideReaders } from './outside-readers.tsx';
import { ReaderLine } from './reader-line.tsx';
import { ReadersAtHome } from './readers-at-home.tsx';
import { useWhoCanRead } from './use-who-can-read.ts';
import styles from './who-can-read-card.module.css';

/** Says plainly who can read the room: the people in it, and of each organisation its key server and its machines. */
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
  const { me } = useSnapshot();
  const { people, cannotRead, organisations } = readers;
  const outside = organisations.filter(({ organisationId }) => organisationId !== me.organisationId);
  const count = people.length - cannotRead.length;
  return (
    <>
      <ul className={styles.readers}>
        <ReaderLine icon="people">
          {t`${plural(count, { one: '# person in this room', other: 'The # people in this room' })}`}
        </ReaderLine>
        <ReadersAtHome readers={readers} />
      </ul>
      {outside.length > 0 && <OutsideReaders organisations={outside} />}
      <p className={styles.others}>
        <Trans>The server that stores and routes messages cannot.</Trans>
      </p>
      <Keys keys={readers.keys} />
      <Exceptions readers={readers} />
    </>
  );
}

function Keys({ keys }: Pick<WhoCanRead, 'keys'>) {
  const { t } = useLingui();
  const shared = keys.filter((key) => key.shared).length;
  const own = keys.length - shared;
  if (keys.length === 0) return null;
  return (
    <p className={styles.others}>
      {shared === 0
        ? t`${plural(own, { one: 'Sealed under # key, one device’s own.', other: 'Sealed under # keys, each one device’s own.' })}`
        : t`${plural(shared, {
            one: '# key is shared by apps that do not make one for each device.',
            other: '# keys are shared by apps that do not make one for each device.',
          })}`}
    </p>
  );
}

function Exceptions({ readers: { unexplained, cannotRead } }: { readers: WhoCanRead }) {
  const nameOf = useNames([...unexplained, ...cannotRead]);
  const others = unexplained.map(nameOf).join(', ');
  const waiting = cannotRead.map(nameOf).join(', ');
  return (
    <>
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
