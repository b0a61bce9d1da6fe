import type { Client } from '../api/client.ts';
import type { ClientSnapshot } from '../api/client-snapshot.ts';

/** Waits until something is so of what the client shows. */
export const untilShown = (
  client: Pick<Client, 'snapshot' | 'subscribe'>,
  isSo: (snapshot: ClientSnapshot) => boolean,
): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = () => {
    if (isSo(client.snapshot())) resolve();
  };
  const stop = client.subscribe(look);
  look();
  return promise.finally(stop);
};
