import type { MachineParts } from './machine-parts.ts';

/** Whether the organisation's main key is off, as its key server says now. */
export const mainKeyIsOff = async (
  { socket, keyServer }: Pick<MachineParts, 'socket' | 'keyServer'>,
  signal?: AbortSignal,
): Promise<boolean> => {
  // The function may be on again: the line that ended with it need not wait for its next step.
  socket.hurry();
  const call = { method: 'update', uri: '/ping' } as const;
  const { cloister } = await keyServer.ask(signal === undefined ? call : { ...call, signal });
  return cloister?.isFrozen === true;
};
