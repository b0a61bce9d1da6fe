// Makes, joins, runs, shows and renews a security realm on its organisation's own machine. It has no private key in its memory: the key
// server's own program makes them and signs with them. It never learns a content key, a name or an e-mail.
// Spec: ../../../docs/wires.md#13-federation ("Joining"), ../../../docs/adr

export { type AskKms, askKms, type KeyProof, type RenewableKey } from './ask-kms.ts';
export { certificate } from './certificate.ts';
export { type InitOptions, init } from './init.ts';
export { codeFor, type JoinOptions, join, type Registration, register } from './join.ts';
export { layOut, type RealmLayout } from './layout.ts';
export { type AskOperator, askOperator } from './operator.ts';
export { type RenewalParts, renew, rotate } from './rotate.ts';
export { type RealmSettings, readSettings } from './settings.ts';
export { source } from './source.ts';
export { type RunningRealm, start } from './start.ts';
export { status } from './status.ts';
