/**
 * People, organisations, sign-in and access tokens; the only part of Cloister that holds names and e-mail addresses.
 * It never learns content, titles, files or a content key.
 * @see docs/wires.md §1, §2; RFC 6749, 7636, 7009, 9068, 9449; OpenID Connect Core 1.0
 */
export { type IdentityConfig, identityConfig } from './config.ts';
export type { Provisioned, ProvisionInput } from './provision/provision-input.ts';
