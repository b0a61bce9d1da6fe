/** How many failures pass without a delay, for one account and for one network address (offices share theirs). */
export const freeFailures = { account: 5, address: 30 } as const;

/** What attempts are counted by. */
export type AttemptKind = keyof typeof freeFailures;

const longest = 15 * 60;

/** Seconds to wait after so many failures in a row: 0, then 1, 2, 4 … to a quarter of an hour. */
export const delayAfter = (kind: AttemptKind, failures: number): number => {
  const over = failures - freeFailures[kind];
  return over <= 0 ? 0 : Math.min(longest, 2 ** Math.min(over - 1, 20));
};

/** Failures are forgotten after a day without one. */
export const forgetAfterSeconds = 24 * 60 * 60;
