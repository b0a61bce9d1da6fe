import type { Client, ClientSnapshot, PersonView, RoomView, TimelineView } from '@cloister/sdk';
import type { RoomId, UserId } from '@cloister/wire';
import { createContext, type ReactNode, use, useCallback, useEffect, useSyncExternalStore } from 'react';

const ClientContext = createContext<Client | undefined>(undefined);

/** Gives everything below the connected client. */
export function ClientProvider({ client, children }: { client: Client; children: ReactNode }) {
  return <ClientContext value={client}>{children}</ClientContext>;
}

/** The connected client. */
export function useClient(): Client {
  const client = use(ClientContext);
  if (client === undefined) throw new TypeError('useClient outside ClientProvider');
  return client;
}

/** The client's state; renders again when it changes. */
export function useSnapshot(): ClientSnapshot {
  const client = useClient();
  return useSyncExternalStore(
    useCallback((listener) => client.subscribe(listener), [client]),
    () => client.snapshot(),
  );
}

/** One room of the list, or undefined when this person is not in it. */
export function useRoom(roomId: RoomId | undefined): RoomView | undefined {
  return useSnapshot().rooms.find((room) => room.id === roomId);
}

/** One room's loaded window; renders again when it changes. */
export function useTimeline(roomId: RoomId): TimelineView {
  const client = useClient();
  return useSyncExternalStore(
    useCallback((listener) => client.subscribeTimeline(roomId, listener), [client, roomId]),
    () => client.timeline(roomId),
  );
}

/** People by id; those not known yet are asked for. */
export function usePeople(ids: readonly UserId[]): ReadonlyMap<UserId, PersonView> {
  const client = useClient();
  const { people } = useSnapshot();
  const missing = ids.filter((id) => !people.has(id));
  const wanted = missing.join(' ');
  // `wanted` is the value of `missing`, which is a new object each time.
  useEffect(() => {
    if (missing.length > 0) client.people.need(missing);
  }, [client, wanted]);
  return people;
}
