import type { PersonView } from '@cloister/sdk';
import { Trans, useLingui } from '@lingui/react/macro';
import { type FormEvent, useState } from 'react';
import { roomPath } from '../app/route.ts';
import { navigate } from '../app/use-route.ts';
import { PeoplePicker } from '../people/people-picker.tsx';
import { useClient, useSnapshot } from '../state/client-context.tsx';
import { useAct } from '../state/use-act.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { FaultNotice } from '../ui/fault-notice.tsx';
import { TextField } from '../ui/text-field.tsx';

/** Makes a room with a title and its first people. */
export function CreateRoomDialog({ onClose }: { onClose: () => void }) {
  const { t } = useLingui();
  const client = useClient();
  const { me } = useSnapshot();
  const [title, setTitle] = useState('');
  const [people, setPeople] = useState<readonly PersonView[]>([]);
  const { run, busy, fault } = useAct();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (title.trim() === '') return;
    void run(async () => {
      const roomId = await client.rooms.create({ title: title.trim(), people: people.map(({ id }) => id) });
      navigate(roomPath(roomId));
      onClose();
    });
  };
  return (
    <Dialog
      title={t`New room`}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button kind="primary" type="submit" form="create-room" isBusy={busy} isDisabled={title.trim() === ''}>
            <Trans>Create room</Trans>
          </Button>
        </>
      }
    >
      <form id="create-room" onSubmit={submit}>
        <TextField
          label={t`Title`}
          hint={t`Only members can read it.`}
          value={title}
          onChange={setTitle}
          autoFocus
          maxLength={200}
        />
      </form>
      <PeoplePicker members={[me.id]} chosen={people} onChange={setPeople} />
      <FaultNotice fault={fault} />
    </Dialog>
  );
}
