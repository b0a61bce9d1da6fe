import type { Client } from '@cloister/sdk';
import type { RoomId } from '@cloister/wire';

/** Waits until `look` finds something in what the client shows. @throws what `late` makes after `ms` */
export const until = async <T>(
  client: Client,
  look: () => T | undefined,
  ms: number,
  late: () => Error,
  roomId?: RoomId,
): Promise<T> => {
  const found = look();
  if (found !== undefined) return found;
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const check = () => {
    try {
      const now = look();
      if (now !== undefined) resolve(now);
    } catch (cause) {
      reject(cause);
    }
  };
  const ends = [client.subscribe(check), ...(roomId === undefined ? [] : [client.subscribeTimeline(roomId, check)])];
  const timer = setTimeout(() => reject(late()), ms);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    for (const end of ends) end();
  }
};
