import { AddPeopleDialog } from './add-people-dialog.tsx';
import { AppointDialog } from './appoint-dialog.tsx';
import { CreateRoomDialog } from './create-room-dialog.tsx';
import { DeleteEntryDialog } from './delete-entry-dialog.tsx';
import type { DialogRequest } from './dialogs-context.tsx';
import { DismissDialog } from './dismiss-dialog.tsx';
import { LeaveRoomDialog } from './leave-room-dialog.tsx';
import { RemovePersonDialog } from './remove-person-dialog.tsx';
import { RenameRoomDialog } from './rename-room-dialog.tsx';
import { SettingsDialog } from './settings-dialog.tsx';
import { ShortcutsDialog } from './shortcuts-dialog.tsx';

/** The dialog that was asked for. */
export default function DialogHost({ request, onClose }: { request: DialogRequest; onClose: () => void }) {
  switch (request.dialog) {
    case 'create-room':
      return <CreateRoomDialog onClose={onClose} />;
    case 'rename-room':
      return <RenameRoomDialog roomId={request.roomId} onClose={onClose} />;
    case 'leave-room':
      return <LeaveRoomDialog roomId={request.roomId} onClose={onClose} />;
    case 'add-people':
      return <AddPeopleDialog roomId={request.roomId} onClose={onClose} />;
    case 'remove-person':
      return <RemovePersonDialog roomId={request.roomId} person={request.person} onClose={onClose} />;
    case 'appoint':
      return <AppointDialog roomId={request.roomId} person={request.person} onClose={onClose} />;
    case 'dismiss':
      return <DismissDialog roomId={request.roomId} person={request.person} onClose={onClose} />;
    case 'delete-entry':
      return <DeleteEntryDialog roomId={request.roomId} id={request.id} onClose={onClose} />;
    case 'settings':
      return <SettingsDialog onClose={onClose} />;
    case 'shortcuts':
      return <ShortcutsDialog onClose={onClose} />;
  }
}
