import type { PersonView } from '@cloister/sdk';
import type { RoomId } from '@cloister/wire';
import { plural } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { PeoplePicker } from '../people/people-picker.tsx';
import { useClient, useRoom } from '../state/client-context.tsx';
import { useAct } from '../state/use-act.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { FaultNotice } from '../ui/fault-notice.tsx';
import { Notice } from '../ui/notice.tsx';

/** Adds people to a room. */
export function AddPeopleDialog({ roomId, onClose }: { roomId: RoomId; onClose: () => void }) {
  const { t } = useLingui();
  const client = useClient();
  const members = useRoom(roomId)?.people ?? [];
  const [chosen, setChosen] = useState<readonly PersonView[]>([]);
  const { run, busy, fault } = useAct();
  const count = chosen.length;
  const add = () =>
    run(async () => {
      await client.rooms.add(
        roomId,
        chosen.map(({ id }) => id),
      );
      onClose();
    });
  return (
    <Dialog
      title={t`Add people`}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button kind="primary" isBusy={busy} isDisabled={count === 0} onPress={() => void add()}>
            {count === 0 ? t`Add` : t`${plural(count, { one: 'Add # person', other: 'Add # people' })}`}
          </Button>
        </>
      }
    >
      <PeoplePicker takesFocus members={members} chosen={chosen} onChange={setChosen} />
      <Notice icon="key">
        <Trans>Whoever you add can also read what was written before.</Trans>
      </Notice>
      <FaultNotice fault={fault} />
    </Dialog>
  );
}
