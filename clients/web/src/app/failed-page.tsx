import { Trans } from '@lingui/react/macro';
import { Button } from '../ui/button.tsx';
import { FaultNotice } from '../ui/fault-notice.tsx';
import type { Fault } from './fault.ts';
import { FrontPage } from './front-page.tsx';
import { LanguageLinks } from './language-links.tsx';

/** When the page cannot start. */
export function FailedPage({ fault, again }: { fault: Fault; again: () => void }) {
  return (
    <FrontPage>
      <FaultNotice fault={fault} />
      <Button kind="primary" onPress={again}>
        <Trans>Try again</Trans>
      </Button>
      <LanguageLinks />
    </FrontPage>
  );
}
