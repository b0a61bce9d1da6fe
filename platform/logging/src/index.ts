/**
 * Writes what a server did as allow-listed JSON events on standard output.
 * Never learns to write a token, key, plaintext, name or e-mail: a field of another shape is left out.
 * @see shared design, architecture.md §8; requirement R422
 */
export { errorFields } from './error-fields.ts';
export type { EventFields } from './event-fields.ts';
export { type Level, type Log, type LogOptions, openLog } from './open-log.ts';
export { openRealmLog } from './realm-log.ts';
