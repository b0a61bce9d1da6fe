import type { RoomView } from '@cloister/sdk';
import { Trans } from '@lingui/react/macro';
import { useNames } from '../state/use-names.ts';
import { Notice } from '../ui/notice.tsx';
import styles from './unexplained-readers.module.css';

/** Says that sending is stopped, and who is the reason: the key server lets someone read who is not in the room. */
export function UnexplainedReaders({ room }: { room: RoomView }) {
  const ids = room.unexplained ?? [];
  const names = useNames(ids);
  const others = ids.map(names).join(', ');
  if (ids.length === 0) return null;
  return (
    <div role="alert" className={styles.place}>
      <Notice kind="danger" icon="alert">
        <Trans>
          Sending is stopped. The key server lets people read this room who are not in it: {others}. Tell your
          administrator.
        </Trans>
      </Notice>
    </div>
  );
}
