/**
 * The command line: rooms, messages, files, people and a check-up, for people and scripts.
 * It never takes a secret as an argument and prints none but the token it is asked for.
 * @see ../../../docs/wires.md §7
 */
export { type Io, processIo } from './io.ts';
export { run } from './run.ts';
