import type { Client } from '../api/client.ts';

/** Waits until the client knows its rooms: a search that names none of them would find nothing, and say so. */
export const roomsLoaded = (client: Pick<Client, 'snapshot' | 'subscribe'>): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = () => {
    if (client.snapshot().loaded) resolve();
  };
  const stop = client.subscribe(look);
  look();
  return promise.finally(stop);
};
