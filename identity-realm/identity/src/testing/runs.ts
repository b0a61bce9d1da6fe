/** Runs of a property whose every run is a request or more: deep runs stop at a thousand. */
export const numRuns = Math.min(Number(process.env.CLOISTER_RUNS ?? 100), 1000);

/** The time limit of such a test follows. */
export const longEnough = 60_000 + numRuns * 1000;
