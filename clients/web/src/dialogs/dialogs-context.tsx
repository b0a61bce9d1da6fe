import type { ActivityId, RoomId, UserId } from '@cloister/wire';
import { createContext, lazy, type ReactNode, Suspense, use, useCallback, useMemo, useState } from 'react';

/** A dialog one can open, with what it is about. */
export type DialogRequest =
  | { dialog: 'create-room' }
  | { dialog: 'rename-room'; roomId: RoomId }
  | { dialog: 'leave-room'; roomId: RoomId }
  | { dialog: 'add-people'; roomId: RoomId }
  | { dialog: 'remove-person' | 'appoint' | 'dismiss'; roomId: RoomId; person: UserId }
  | { dialog: 'delete-entry'; roomId: RoomId; id: ActivityId }
  | { dialog: 'settings' }
  | { dialog: 'shortcuts' };

interface Dialogs {
  readonly isOpen: boolean;
  readonly open: (request: DialogRequest) => void;
}

const DialogsContext = createContext<Dialogs>({ isOpen: false, open: () => {} });

// Dialogs come after the first message is on screen.
const DialogHost = lazy(() => import('./dialog-host.tsx'));

/** Shows at most one dialog over the page. */
export function DialogsProvider({ children }: { children: ReactNode }) {
  const [request, setRequest] = useState<DialogRequest>();
  const open = useCallback((wanted: DialogRequest) => setRequest(wanted), []);
  const close = useCallback(() => setRequest(undefined), []);
  const isOpen = request !== undefined;
  const value = useMemo(() => ({ isOpen, open }), [isOpen, open]);
  return (
    <DialogsContext value={value}>
      {children}
      <Suspense fallback={null}>{request && <DialogHost request={request} onClose={close} />}</Suspense>
    </DialogsContext>
  );
}

export const useDialogs = (): Dialogs => use(DialogsContext);
