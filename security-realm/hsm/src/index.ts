/**
 * The process that keeps an organisation's main keys, and the client for it.
 * Never learns a content key, a person or a room: it wraps and unwraps bytes.
 * @see docs/wires.md §5, and byok.md §5 of the shared design
 */
export { HsmClient, type HsmClientOptions } from './client/hsm-client.ts';
export { configSchema, type HsmConfig } from './config.ts';
export { Keystore, type KeystoreOptions } from './keystore/keystore.ts';
export type { HsmKey, HsmKeyDescription, KeyPurpose } from './protocol/messages.ts';
export { type ServeOptions, serveHsm } from './server/serve.ts';
