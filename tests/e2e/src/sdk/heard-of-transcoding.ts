import type { MachineClient } from '@cloister/sdk';
import type { RoomId } from '@cloister/wire';
import type { SdkPerson } from './sdk-person.ts';

/** Waits until the core, as a machine is told, and the key server have heard that transcoding is on, or off. */
export const heardOfTranscoding = async (
  on: boolean,
  machine: Pick<MachineClient, 'takeWork'>,
  member: SdkPerson,
  room: RoomId,
): Promise<void> => {
  while ((await heardByCore(machine)) !== on);
  while ((await heardByKeyServer(member, room)) !== on);
};

/** Asked when nothing waits, so that nothing is taken. */
const heardByCore = (machine: Pick<MachineClient, 'takeWork'>): Promise<boolean> =>
  machine.takeWork({ wait: 0 }).then(
    () => true,
    () => false,
  );

const heardByKeyServer = async ({ client }: SdkPerson, room: RoomId): Promise<boolean> =>
  (await client.rooms.whoCanRead(room)).functions.some(({ purpose }) => purpose === 'transcoding');
