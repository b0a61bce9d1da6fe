/**
 * What the processes of machine accounts have in common: configuration, signing in, and working on whatever happens.
 * It never learns what the machine works on.
 * @see docs/wires.md §10
 */
export { backoffMs } from './backoff-ms.ts';
export { connector } from './connector.ts';
export { isOff, keepWorking } from './keep-working.ts';
export { type MachineConfig, machineConfig } from './machine-config.ts';
