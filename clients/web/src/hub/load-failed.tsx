import { Trans } from '@lingui/react/macro';
import type { Fault } from '../app/fault.ts';
import { Button } from '../ui/button.tsx';
import { FaultNotice } from '../ui/fault-notice.tsx';

/** Why something of a page could not be had, and asking once more. */
export function LoadFailed({ fault, again }: { fault: Fault; again: () => void }) {
  return (
    <>
      <FaultNotice fault={fault} />
      <div>
        <Button icon="retry" onPress={again}>
          <Trans>Try again</Trans>
        </Button>
      </div>
    </>
  );
}
