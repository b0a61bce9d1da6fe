import type { RoomView } from '@cloister/sdk';
import type { RoomChange } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { useEffect, useState } from 'react';
import { useFaultText } from '../app/fault-text.tsx';
import { formatDateTime } from '../i18n/format-time.ts';
import { useClient } from '../state/client-context.tsx';
import { useNames } from '../state/use-names.ts';
import { Icon } from '../ui/icon.tsx';
import styles from './who-can-read-card.module.css';

/** Changes that wait for the key server, and those it refused, with the reason; applied ones stand in the timeline. */
export function ChangesCard({ room }: { room: RoomView }) {
  const changes = useOpenChanges(room);
  if (changes.length === 0) return null;
  return (
    <section className={styles.card}>
      <h3 className={styles.title}>
        <Trans>Changes not made</Trans>
      </h3>
      <ul className={styles.readers}>
        {changes.map((change) => (
          <ChangeLine key={change.operationId} change={change} />
        ))}
      </ul>
    </section>
  );
}

function ChangeLine({ change: { kind, state, actor, subjects, since, code } }: { change: RoomChange }) {
  const { t, i18n } = useLingui();
  const textOf = useFaultText();
  const nameOf = useNames([actor, ...subjects]);
  const [by, whom] = [nameOf(actor), subjects.map(nameOf).join(', ')];
  const at = formatDateTime(i18n.locale, new Date(since));
  const words: Record<RoomChange['kind'], string> = {
    create: t`${by} creates the room`,
    add: t`${by} adds ${whom}`,
    remove: t`${by} removes ${whom}`,
    appoint: t`${by} makes ${whom} a moderator`,
    dismiss: t`${by} takes the role of moderator from ${whom}`,
    updateKey: t`${by} changes the room’s key`,
    addKey: t`${by} adds a key`,
  };
  return (
    <li>
      <Icon name={state === 'pending' ? 'clock' : 'alert'} size={16} />
      <span>
        {words[kind]} <span className={styles.others}>({at})</span>
        <br />
        {state === 'pending' ? (
          <Trans>Waits for the key server. It will be made or refused; nothing needs to be done.</Trans>
        ) : (
          <Trans>Refused, and nothing was changed.</Trans>
        )}{' '}
        {state === 'refused' && code !== undefined && textOf({ code: code as never })}
      </span>
    </li>
  );
}

const shown = 3;
const newest = 20;

/** Asked for again whenever something happened in the room. */
function useOpenChanges({ id, head, pending }: RoomView): readonly RoomChange[] {
  const client = useClient();
  const [changes, setChanges] = useState<readonly RoomChange[]>([]);
  const waiting = pending.map(({ operationId }) => operationId).join(' ');
  // `head` and `waiting` say when to ask again.
  useEffect(() => {
    let current = true;
    client.rooms.changes(id, newest).then(
      (known) => current && setChanges(known.filter(({ state }) => state !== 'applied').slice(0, shown)),
      // Not worth a word of its own: the timeline and the list of people tell the rest.
      () => {},
    );
    return () => {
      current = false;
    };
  }, [client, id, head, waiting]);
  return changes;
}
