/**
 * The key server: makes content keys, keeps them wrapped, gives them to the authorized over a sealed channel, and signs
 * receipts for the core.
 * Never learns a name, an e-mail or a content, and leaves no usable key in its database or its log.
 * @see docs/wires.md §4, kms.md §1 of the shared design
 */
export { type AuditHead, chained, emptyChain, firstBroken } from './audit/audit-chain.ts';
export type { Batch, Reply } from './batch/handle-batch.ts';
export type { Operation } from './batch/handle-operation.ts';
export { defaultLimits, type LimitSettings } from './channel/limits.ts';
export { configSchema, type KmsConfig } from './config.ts';
export { type Kms, type KmsParts, openKms } from './open-kms.ts';
export type { OperationResult } from './operations/close-operation.ts';
export { provisionRealm } from './provision.ts';
export type { RealmSecrets } from './secrets/realm-secrets.ts';

/** The folder of migrations, for a database that bench or a test opens itself. */
export const migrations = new URL('../migrations/', import.meta.url);
