import type { RoomId } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { type FormEvent, useState } from 'react';
import { useClient, useRoom } from '../state/client-context.tsx';
import { useAct } from '../state/use-act.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { FaultNotice } from '../ui/fault-notice.tsx';
import { TextField } from '../ui/text-field.tsx';

/** Gives a room another title. */
export function RenameRoomDialog({ roomId, onClose }: { roomId: RoomId; onClose: () => void }) {
  const { t } = useLingui();
  const client = useClient();
  const title = useRoom(roomId)?.title;
  const [text, setText] = useState(title?.state === 'open' ? title.value : '');
  const { run, busy, fault } = useAct();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === '') return;
    void run(async () => {
      await client.rooms.rename(roomId, text.trim());
      onClose();
    });
  };
  return (
    <Dialog
      title={t`Rename room`}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button kind="primary" type="submit" form="rename-room" isBusy={busy} isDisabled={text.trim() === ''}>
            <Trans>Rename</Trans>
          </Button>
        </>
      }
    >
      <form id="rename-room" onSubmit={submit}>
        <TextField
          label={t`Title`}
          hint={t`Only members can read it.`}
          value={text}
          onChange={setText}
          autoFocus
          maxLength={200}
        />
      </form>
      <FaultNotice fault={fault} />
    </Dialog>
  );
}
