import { formatCheck } from '@cloister/sdk';
import type { MasterKeyOverview } from '@cloister/wire';
import { Trans } from '@lingui/react/macro';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { headKey } from './own-keys.ts';

/** Says above everything else when the organisation's main key is off, and how it comes back (R048 to R051). */
export function FrozenNotice({ overview, onRestore }: { overview: MasterKeyOverview; onRestore: () => void }) {
  if (!overview.isFrozen) return null;
  const head = headKey(overview);
  if (overview.head !== null) {
    return (
      <Notice kind="danger" icon="lock">
        <Trans>
          The main key is off: nothing of your organisation can be decrypted and no room can be made, for anybody. The
          menu of the key brings it back.
        </Trans>
      </Notice>
    );
  }
  const check = head?.check === undefined ? '' : formatCheck(head.check);
  const arn = head?.arn ?? '';
  return (
    <Notice
      kind="danger"
      icon="alert"
      actions={
        <Button kind="primary" onPress={onRestore}>
          {head?.source === 'AWS_KMS' ? <Trans>Add the original key</Trans> : <Trans>Upload the original key</Trans>}
        </Button>
      }
    >
      <strong>
        <Trans>The original key is needed.</Trans>
      </strong>{' '}
      {head?.source === 'AWS_KMS' ? (
        <Trans>
          The 30 days of your deleted key are over. Your organisation’s content is still there, and opens with the same
          key at Amazon and with no other: {arn}. Add it again.
        </Trans>
      ) : (
        <Trans>
          The 30 days of your deleted key are over and the key server has destroyed it. Your organisation’s content is
          still there, and opens with the original key and with no other. Upload it again from your backup: the one
          whose check value is {check}.
        </Trans>
      )}
    </Notice>
  );
}
