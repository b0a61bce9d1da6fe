import { setImmediate } from 'node:timers/promises';

/** Lets everybody else who waits have their turn: nobody waits long for somebody's heavy search. */
export const turn = (): Promise<void> => setImmediate();

/** How many tokens are mapped, sorted or looked for before others have their turn. */
const together = 1024;

/** Counts work, and gives the turn away each time enough was done. */
export class Pace {
  #spent = 0;

  async spend(amount: number): Promise<void> {
    this.#spent += amount;
    if (this.#spent < together) return;
    this.#spent = 0;
    await turn();
  }
}
