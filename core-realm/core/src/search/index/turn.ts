import { setImmediate } from 'node:timers/promises';

/** Lets everybody else who waits have their turn: nobody waits long for somebody's heavy search. */
export const turn = (): Promise<void> => setImmediate();
