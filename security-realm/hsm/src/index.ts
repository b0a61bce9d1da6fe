/**
 * The process that keeps an organisation's main keys, and the client for it.
 * Never learns a content key, a person or a room: it wraps and unwraps KEKs.
 * @see docs/wires.md §5, and byok.md §5 of the shared design
 */
export { HsmClient, type HsmClientOptions } from './client/hsm-client.ts';
export type { HsmKey, HsmKeyDescription, KeyDiagnosis, KeyPurpose } from './protocol/answers.ts';
export { type DenialReason, denialReasonOf } from './protocol/denial.ts';
export { kekCommitment } from './protocol/kek-commitment.ts';
export { type KekPlace, kekAad } from './protocol/kek-place.ts';
export type { AmazonKey, KeyName, MainKey } from './protocol/main-key.ts';
export type { RewrappedKek, StoredKek } from './protocol/rewrapping.ts';
