/**
 * Runs any key server against everything around it: a core's end of the realm link, identity, clients and another realm.
 * It never learns how the key server is built: it knows its wires, its public keys and the command that starts it.
 * @see ../../../../docs/api/README.md
 */
export { prepare } from './prepare.ts';
export { type Result, run } from './run.ts';
export type { RealmUnderTest, Surroundings } from './surroundings/hand-over.ts';
