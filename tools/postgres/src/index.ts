// Runs the PostgreSQL that the npm registry brings, for the evaluation deployment and the tests; production names its own by URL.
// It never learns what is stored: it makes a cluster, starts it and stops it.
export { type EmbeddedOptions, EmbeddedPostgres } from './embedded.ts';
export { SetUpError } from './set-up-error.ts';
