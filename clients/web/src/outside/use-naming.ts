import { useEffect, useRef } from 'react';
import { useClient, useSnapshot } from '../state/client-context.tsx';
import { unnamed } from './unnamed.ts';

/**
 * Asks one's own key server what organisations in the list of rooms are called, once for each: it tells with who can read
 * a room of theirs. What could not be asked is asked again when the list or the connection changes.
 */
export function useNaming(): void {
  const client = useClient();
  const { rooms, organisations, connection } = useSnapshot();
  const asked = useRef(new Set<string>());
  const isOnline = connection.state === 'online';
  const wanted = [...unnamed(rooms, organisations)];
  const named = wanted.map(([organisation]) => organisation).join(' ');
  // `named` is the value of `wanted`, which is a new object each time.
  useEffect(() => {
    if (!isOnline) return;
    for (const [organisation, roomId] of wanted) {
      if (asked.current.has(organisation)) continue;
      asked.current.add(organisation);
      client.rooms.whoCanRead(roomId).catch(() => asked.current.delete(organisation));
    }
  }, [client, isOnline, named]);
}
