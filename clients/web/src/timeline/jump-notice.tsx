import { Trans } from '@lingui/react/macro';
import { useFaultText } from '../app/fault-text.tsx';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import styles from './jump-buttons.module.css';
import type { Jump } from './use-jump.ts';

/** Why the message that was jumped to is not on screen. */
export function JumpNotice({ jump: { fault, isGone, again } }: { jump: Jump }) {
  const textOf = useFaultText();
  if (fault === undefined && !isGone) return null;
  return (
    <div role="alert" className={styles.top}>
      <Notice
        icon="alert"
        actions={
          fault && (
            <Button onPress={again}>
              <Trans>Try again</Trans>
            </Button>
          )
        }
      >
        {fault ? textOf(fault) : <Trans>This message is not there any more.</Trans>}
      </Notice>
    </div>
  );
}
