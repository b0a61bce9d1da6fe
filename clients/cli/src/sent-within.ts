import type { Client, TimelineEntry } from '@cloister/sdk';
import { CloisterError, type RoomId } from '@cloister/wire';
import { Failure } from './failure.ts';

const patience = 60_000;

/** Waits until the core stored the entry. What is not stored in a minute stays in the outbox for the next command. @throws `kms/revoked` */
export const sentWithin = async (client: Client, roomId: RoomId, key: string): Promise<TimelineEntry> => {
  let timer: NodeJS.Timeout | undefined;
  let end = () => {};
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
  const off = new Promise<never>((_resolve, reject) => {
    const look = () => {
      if (client.snapshot().keysRevoked) reject(new CloisterError('kms/revoked'));
    };
    end = client.subscribe(look);
    look();
  });
  try {
    return await Promise.race([client.sent(roomId, key), late, off]);
  } finally {
    end();
    clearTimeout(timer);
  }
};
