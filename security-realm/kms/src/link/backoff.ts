/** wires.md §4: "reconnect with jittered backoff 0.2-5 s". `random` is in [0, 1). */
export const backoff = (failures: number, random: () => number): number =>
  200 + (Math.min(5_000, 200 * 2 ** Math.min(failures, 10)) - 200) * random();
