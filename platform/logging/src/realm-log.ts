import { type Log, type LogOptions, openLog } from './open-log.ts';

/**
 * Ids that a server of a security realm may write: of organisations, of main keys and what they wrap, of its own nodes, and
 * the random number of one HTTP request. None of a person, device, sign-in, room, resource, content key or change: whoever
 * runs the core knows those, and could tell from them who did what in the realm (R353).
 */
export const realmIds: readonly string[] = ['organisationId', 'keyId', 'kekId', 'nodeId', 'trackingId'];

/** The log of a server of a security realm, which somebody else may operate and read (docs/operations.md). */
export const openRealmLog = (options: Omit<LogOptions, 'ids'>): Log => openLog({ ...options, ids: realmIds });
