/**
 * Reads a server's configuration file and the credential files it names.
 * Never learns a secret from the configuration itself, argv or the environment: those name files.
 * @see docs/wires.md §1
 */

export { readConfig } from './read-config.ts';
export { readCredential } from './read-credential.ts';
export { reportStartFailure } from './report-start-failure.ts';
