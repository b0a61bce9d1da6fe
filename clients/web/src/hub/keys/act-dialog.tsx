import type { MasterKeyOverview, MasterKeyView } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { ConfirmDialog } from '../../dialogs/confirm-dialog.tsx';
import type { KeyAct } from './key-acts.ts';
import { shortKeyId } from './key-id.ts';
import { ReachText } from './reach.tsx';
import type { ChangeKeys } from './use-keys.ts';

/** What is asked about before it is done; rotating and diagnosing have dialogs of their own. */
export type ConfirmedAct = Exclude<KeyAct, 'rotate' | 'diagnose'>;

const changes: Record<ConfirmedAct, 'revoke' | 'activate' | 'delete' | 'undelete' | 'removePending'> = {
  revoke: 'revoke',
  'revoke-locally': 'revoke',
  activate: 'activate',
  delete: 'delete',
  undelete: 'undelete',
  remove: 'removePending',
};

interface Props {
  act: ConfirmedAct;
  view: MasterKeyView;
  overview: MasterKeyOverview;
  change: ChangeKeys;
  onClose: () => void;
}

/** Asks before a key's state changes: what happens, to how many, how long it takes; what is dangerous is typed for. */
export function ActDialog({ act, view, overview, change, onClose }: Props) {
  const { t } = useLingui();
  const { uri, source } = view;
  const id = shortKeyId(uri);
  const words = {
    revoke: { title: t`Revoke key ${id}?`, verb: t`Revoke` },
    'revoke-locally': { title: t`Revoke key ${id} locally?`, verb: t`Revoke locally` },
    activate: { title: t`Activate key ${id}?`, verb: t`Activate` },
    delete: { title: t`Delete key ${id}?`, verb: t`Delete` },
    undelete: { title: t`Undelete key ${id}?`, verb: t`Undelete` },
    remove: { title: t`Remove key ${id}?`, verb: t({ context: 'main key', message: 'Remove' }) },
  }[act];
  const isDangerous = act === 'revoke' || act === 'revoke-locally' || act === 'delete';
  const make: Parameters<ChangeKeys>[0] = (management, version) => management[changes[act]](uri, version);
  return (
    <ConfirmDialog
      {...words}
      kind={isDangerous || act === 'remove' ? 'danger' : 'primary'}
      {...(isDangerous ? { typed: { label: t`Type ${id} to go on`, word: id } } : {})}
      act={async () => void (await change(make))}
      onClose={onClose}
    >
      {isDangerous && <ReachText reach={overview.reach} />}
      <Consequences act={act} view={view} />
      {act === 'delete' && source === 'AWS_KMS' && <DeletionOrder />}
    </ConfirmDialog>
  );
}

function Consequences({ act, view: { state, source } }: { act: ConfirmedAct; view: MasterKeyView }) {
  switch (act) {
    case 'revoke':
    case 'revoke-locally':
      return (
        <>
          <p>
            <Trans>
              No message, title or file of your organisation can be decrypted and no room can be made, for anybody,
              until you activate the key again. Do this only if the key may have fallen into the wrong hands.
            </Trans>
          </p>
          <p>
            <Trans>
              It can take up to 10 minutes until the key is revoked everywhere. This page shows how far it is.
            </Trans>
          </p>
        </>
      );
    case 'activate':
      return state === 'pending' ? (
        <p>
          <Trans>
            From now on this key protects everything of your organisation. The key that is active now goes into rotation
            and is kept until nothing needs it any more. Nobody notices.
          </Trans>
        </p>
      ) : (
        <p>
          <Trans>Everything of your organisation can be decrypted again. Apps need a moment to notice.</Trans>
        </p>
      );
    case 'delete':
      return (
        <p>
          {source === 'AWS_KMS' ? (
            <Trans>
              Cloister forgets the ARN after 30 days; until then you can undelete the key. After that nothing opens
              without the same key at Amazon. Cloister deletes nothing at Amazon.
            </Trans>
          ) : (
            <Trans>
              The key server destroys the key after 30 days; until then you can undelete it. After that only the
              original key from your backup brings the content back. You need not delete a revoked key.
            </Trans>
          )}
        </p>
      );
    case 'undelete':
      return (
        <p>
          <Trans>The key comes back revoked. Activate it to open the content again.</Trans>
        </p>
      );
    case 'remove':
      return (
        <p>
          <Trans>Nothing was protected with this key yet. You can add it again later.</Trans>
        </p>
      );
  }
}

/** R078: the order in which a key is deleted here and at Amazon. */
export function DeletionOrder() {
  return (
    <p>
      <Trans>
        Delete a key here first, and at Amazon only when it is not shown on this page any more. The other way round your
        organisation may lose its content.
      </Trans>
    </p>
  );
}
