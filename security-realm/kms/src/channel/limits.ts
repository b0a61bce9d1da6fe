import { KeyedBudget } from './keyed-budget.ts';

/** How often one person may make the server use its RSA key: handshakes, and resets (threats row 20). */
export type Limits = { readonly handshakes: KeyedBudget; readonly resets: KeyedBudget };

export type LimitSettings = {
  readonly handshakes: { readonly perSecond: number; readonly burst: number };
  readonly resets: { readonly perSecond: number; readonly burst: number };
};

/** A person with a dozen devices that all start at once stays far below. */
export const defaultLimits: LimitSettings = {
  handshakes: { perSecond: 2, burst: 60 },
  resets: { perSecond: 1, burst: 30 },
};

export const openLimits = (settings: LimitSettings = defaultLimits): Limits => ({
  handshakes: new KeyedBudget(settings.handshakes),
  resets: new KeyedBudget(settings.resets),
});
