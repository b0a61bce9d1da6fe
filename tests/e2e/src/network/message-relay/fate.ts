import type { Message } from './message.ts';

/** What becomes of a message: when it goes on, and how often. No time at all is never. */
export interface Fate {
  /** One for each copy: resolves when that copy may go on. */
  readonly copies: readonly (() => Promise<void> | void)[];
}

/** Decides about each message as it comes. */
export type Handling = (message: Message) => Fate;

const atOnce = () => {};

export const straight: Handling = () => pass;
export const pass: Fate = { copies: [atOnce] };
export const lose: Fate = { copies: [] };
export const double: Fate = { copies: [atOnce, atOnce] };
/** Goes on when this resolves. */
export const after = (moment: () => Promise<void>): Fate => ({ copies: [moment] });
/** Goes on at once, and once more when this resolves. */
export const echo = (moment: () => Promise<void>): Fate => ({ copies: [atOnce, moment] });
