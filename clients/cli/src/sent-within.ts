import type { Client, TimelineEntry } from '@cloister/sdk';
import type { RoomId } from '@cloister/wire';
import { Failure } from './failure.ts';

const patience = 60_000;

/** Waits until the core stored the entry. What is not stored in a minute stays in the outbox for the next command. */
export const sentWithin = async (client: Client, roomId: RoomId, key: string): Promise<TimelineEntry> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new Failure('client/offline', 'the message waits in the outbox', {
            hint: 'it goes out with the next command; cloister doctor tells what does not answer',
          }),
        ),
      patience,
    );
  });
  try {
    return await Promise.race([client.sent(roomId, key), late]);
  } finally {
    clearTimeout(timer);
  }
};
