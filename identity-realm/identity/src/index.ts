/**
 * People, organisations, sign-in and access tokens; the only part of Cloister that holds names and e-mail addresses.
 * It never learns content, titles, files or a content key.
 * @see docs/wires.md §1, §2; RFC 6749, 7636, 7009, 9068, 9449; OpenID Connect Core 1.0
 */
export { type IdentityConfig, identityConfig } from './config.ts';
export { type PasswordCost, passwordCost } from './domain/password.ts';
export { type Identity, type IdentityOptions, openIdentity } from './open-identity.ts';
export { type ProvisionContext, provision } from './provision/provision.ts';
export { type Provisioned, type ProvisionInput, parseProvisionInput } from './provision/provision-input.ts';
