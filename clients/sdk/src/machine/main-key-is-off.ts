import type { MachineParts } from './machine-parts.ts';

/** Whether the organisation's main key is off, as its key server says now. */
export const mainKeyIsOff = async (
  { socket, keyServer }: Pick<MachineParts, 'socket' | 'keyServer'>,
  signal?: AbortSignal,
): Promise<boolean> => {
  // The function may be on again: the line that ended with it need not wait for its next step.
  socket.hurry();
  const { cloister } = await keyServer.ask({ method: 'update', uri: '/ping', signal });
  return cloister?.isFrozen === true;
};
