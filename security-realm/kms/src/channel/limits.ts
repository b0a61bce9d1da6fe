import { KeyedBudget } from './keyed-budget.ts';

/**
 * How often one person or machine may make the server use its RSA key, by handshakes and resets (threats row 20), and how
 * many keys a machine is given: it could ask for all of its organisation's.
 */
export type Limits = { readonly [Name in keyof LimitSettings]: KeyedBudget };

type Budget = { readonly perSecond: number; readonly burst: number };

export type LimitSettings = {
  readonly handshakes: Budget;
  readonly machineHandshakes: Budget;
  readonly machineKeys: Budget;
  readonly resets: Budget;
};

/** A person with a dozen devices that all start at once, or a machine that is many processes, stays far below. */
export const defaultLimits: LimitSettings = {
  handshakes: { perSecond: 2, burst: 60 },
  machineHandshakes: { perSecond: 5, burst: 120 },
  machineKeys: { perSecond: 100, burst: 2000 },
  resets: { perSecond: 1, burst: 30 },
};

export const openLimits = (settings: LimitSettings = defaultLimits): Limits => ({
  handshakes: new KeyedBudget(settings.handshakes),
  machineHandshakes: new KeyedBudget(settings.machineHandshakes),
  machineKeys: new KeyedBudget(settings.machineKeys),
  resets: new KeyedBudget(settings.resets),
});
