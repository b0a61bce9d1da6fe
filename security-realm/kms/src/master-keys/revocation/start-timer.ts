/** Calls `wake` after so many milliseconds, unless the result is called before. */
export type StartTimer = (ms: number, wake: () => void) => () => void;

/** By the clock of the machine. */
export const startTimer: StartTimer = (ms, wake) => {
  const timer = setTimeout(wake, ms);
  return () => clearTimeout(timer);
};
