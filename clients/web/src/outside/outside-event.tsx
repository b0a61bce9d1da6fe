import type { TimelineEntry } from '@cloister/sdk';
import { Trans } from '@lingui/react/macro';
import { useConfig } from '../state/config-context.tsx';
import { useNames } from '../state/use-names.ts';
import { Icon } from '../ui/icon.tsx';
import type { OutsideChange } from './outside-changes.ts';
import styles from './outside-event.module.css';

/** A line of its own in the timeline, where the first person of another organisation came or the last one left (R446). */
export function OutsideEvent({ entry, change }: { entry: TimelineEntry; change: OutsideChange }) {
  const own = useConfig().organisation.name;
  const id = 'person' in entry ? entry.person : entry.actor;
  const person = useNames([id])(id);
  return (
    <p className={styles.line} data-entry tabIndex={-1}>
      <Icon name="outside" size={16} />
      <span>
        {change === 'came' ? (
          <Trans>
            {person} is the first person from outside {own} in this room. From now on their organisation’s key server,
            and the machines it lets read, can read everything in it.
          </Trans>
        ) : (
          <Trans>
            Nobody from outside {own} is in this room any more. What they have read stays with them; they get no key of
            what is written from here on.
          </Trans>
        )}
      </span>
    </p>
  );
}
