import type { RoomView } from '@cloister/sdk';
import { Trans } from '@lingui/react/macro';
import { useConfig } from '../state/config-context.tsx';
import { Icon } from '../ui/icon.tsx';
import styles from './outside-line.module.css';
import { useOutsidersText } from './use-outsiders-text.ts';

/** Above the field where one writes: who of other organisations will read it (R446). `id` describes the field. */
export function OutsideLine({ room, id }: { room: RoomView; id: string }) {
  const own = useConfig().organisation.name;
  const outsiders = useOutsidersText(room);
  if (room.outside.length === 0) return null;
  return (
    <p id={id} className={styles.line}>
      <Icon name="outside" size={16} />
      <span>
        <Trans>
          People outside {own} are in this room: {outsiders}
        </Trans>
      </span>
    </p>
  );
}
