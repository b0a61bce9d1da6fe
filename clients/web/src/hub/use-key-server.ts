import { inspectKeyServer } from '@cloister/sdk';
import { useEffect, useState } from 'react';
import { type Fault, faultOf } from '../app/fault.ts';
import { useSession } from '../app/session-context.tsx';
import { useClient } from '../state/client-context.tsx';

/** What is known of the organisation's key server. `answers` is undefined while there is no room to ask about. */
export type KeyServer =
  | { state: 'asking' }
  | { state: 'known'; host: string; expires: Date; answers?: boolean }
  | { state: 'failed'; fault: Fault };

/** Checks the key server's certificate as every handshake does, and whether it answers a question about a room. */
export function useKeyServer(): KeyServer {
  const session = useSession();
  const client = useClient();
  const [server, setServer] = useState<KeyServer>({ state: 'asking' });
  useEffect(() => {
    let current = true;
    const show = (found: KeyServer) => current && setServer(found);
    const ask = async () => {
      try {
        const { host, expiresAt } = await inspectKeyServer(session);
        const known = { state: 'known', host, expires: new Date(expiresAt) } as const;
        show(known);
        const [room] = client.snapshot().rooms;
        if (room === undefined) return;
        const answers = await client.rooms.whoCanRead(room.id).then(
          () => true,
          () => false,
        );
        show({ ...known, answers });
      } catch (error) {
        show({ state: 'failed', fault: faultOf(error) });
      }
    };
    void ask();
    return () => {
      current = false;
    };
  }, [session, client]);
  return server;
}
