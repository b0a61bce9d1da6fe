import type { RoomView, WhoCanRead } from '@cloister/sdk';
import { useEffect, useState } from 'react';
import { type Fault, faultOf } from '../app/fault.ts';
import { useClient } from '../state/client-context.tsx';

export type Readers =
  | { state: 'asking' }
  | { state: 'known'; readers: WhoCanRead }
  | { state: 'failed'; fault: Fault; again: () => void };

/** Asks the key server who can read a room, and again whenever the room's people change. */
export function useWhoCanRead(room: RoomView): Readers {
  const client = useClient();
  const [readers, setReaders] = useState<Readers>({ state: 'asking' });
  const [attempt, setAttempt] = useState(0);
  const people = room.people.join(' ');
  // `people` and `attempt` say when to ask again.
  useEffect(() => {
    let current = true;
    client.rooms.whoCanRead(room.id).then(
      (known) => current && setReaders({ state: 'known', readers: known }),
      (error) =>
        current &&
        setReaders({ state: 'failed', fault: faultOf(error), again: () => setAttempt((before) => before + 1) }),
    );
    return () => {
      current = false;
    };
  }, [client, room.id, people, attempt]);
  return readers;
}
