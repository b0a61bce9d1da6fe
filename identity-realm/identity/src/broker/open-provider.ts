import type { Database } from '@cloister/database';
import { CloisterError, newId, type UserId } from '@cloister/wire';
import { type Configuration, Provider } from 'oidc-provider';
import type { IdentityConfig } from '../config.ts';
import { findPerson } from '../store/people.ts';
import { machineSession } from '../store/sessions.ts';
import { privateKey, type StoredKey } from '../store/signing-keys.ts';
import { clientsOf, grantableScopes } from './clients.ts';
import { identityResource, loadGrant } from './load-grant.ts';
import { oidcRecords } from './oidc-records.ts';
import { type AppAdmits, signInPolicy } from './sign-in-policy.ts';
import type { SignOutPages } from './sign-out-pages.ts';

const hour = 60 * 60;
const day = 24 * hour;

/** Seconds that a full token lives (wires.md §2). */
export const fullLifetime = 12 * hour;

/** What the OAuth server is made of. */
export interface ProviderParts {
  readonly config: IdentityConfig;
  readonly database: Database;
  readonly tokenKeys: readonly StoredKey[];
  readonly cookieKeys: readonly StoredKey[];
  readonly clientSecret: string | undefined;
  readonly admits: AppAdmits;
  readonly pages: SignOutPages;
  readonly now: () => Date;
}

/** Path prefix of the OAuth server; the rest is the published paths (kms.md §3.2). */
export const mount = '/idbroker';

/** Configures oidc-provider: codes with PKCE, rotating refresh tokens, client credentials, JWT access tokens (RFC 9068). */
export const openProvider = (parts: ProviderParts): Provider => {
  const provider = new Provider(parts.config.issuer, configure(parts));
  // The door is in front; openHttp has checked the headers it sets.
  provider.proxy = true;
  return provider;
};

const configure = ({ config, database, now, ...parts }: ProviderParts): Configuration => ({
  adapter: oidcRecords(database, now),
  clients: clientsOf(config, parts.clientSecret),
  jwks: {
    keys: parts.tokenKeys.map((key) => ({
      ...privateKey(key).export({ format: 'jwk' }),
      kid: key.kid,
      alg: 'ES256',
      use: 'sig',
    })),
  },
  cookies: {
    keys: parts.cookieKeys.map(({ secret }) => secret.toString('base64url')),
    names: { session: 'cloister_sign_in', interaction: 'cloister_page', resume: 'cloister_resume' },
    long: { httpOnly: true, sameSite: 'lax', signed: true },
    short: { httpOnly: true, sameSite: 'lax', signed: true },
  },
  routes: {
    authorization: '/idb/oauth2/v1/authorize',
    token: '/idb/oauth2/v1/access_token',
    revocation: '/idb/oauth2/v1/revoke',
    end_session: '/idb/oauth2/v1/logout',
    jwks: '/jwks',
  },
  scopes: ['openid', 'offline_access'],
  claims: { openid: ['sub'] },
  clientDefaults: { id_token_signed_response_alg: 'ES256' },
  enabledJWA: { idTokenSigningAlgValues: ['ES256'], clientAuthSigningAlgValues: ['ES256'] },
  responseTypes: ['code'],
  // `private_key_jwt` is said in the metadata for machine accounts, whose requests never reach the OAuth server.
  clientAuthMethods: ['none', 'client_secret_basic', 'private_key_jwt'],
  pkce: { required: () => true },
  // Origins are decided by openHttp, whose headers the provider respects; what it did not admit is refused here.
  clientBasedCORS: () => false,
  interactions: {
    policy: signInPolicy(parts.admits),
    url: (_, { uid }) => `${mount}/sign-in/${uid}`,
  },
  loadExistingGrant: loadGrant,
  findAccount: async (_, id) => {
    const person = await findPerson(database, id as UserId);
    // R424: an id token tells who signed in by the random id, nothing else.
    return person?.active === true ? { accountId: id, claims: () => ({ sub: id }) } : undefined;
  },
  extraTokenClaims: async (_, token) => {
    if (token.kind === 'ClientCredentials') return machineClaims(database, config, now());
    const person = await findPerson(database, token.accountId as UserId);
    if (person === null) throw new CloisterError('identity/invalid-token');
    return { realm: person.organisationId, sid: token.grantId };
  },
  formats: {
    customizers: {
      jwt: (_, token, structured) => {
        if (token.kind === 'ClientCredentials') structured.payload.sub = config.client?.machine?.id;
      },
    },
  },
  issueRefreshToken: (_, client) => client.grantTypeAllowed('refresh_token'),
  rotateRefreshToken: true,
  expiresWithSession: () => false,
  revokeGrantPolicy: () => true,
  ttl: {
    AccessToken: fullLifetime,
    ClientCredentials: fullLifetime,
    AuthorizationCode: 60,
    IdToken: hour,
    Interaction: hour,
    RefreshToken: 30 * day,
    Grant: 90 * day,
    Session: 14 * day,
  },
  renderError: parts.pages.failed,
  features: {
    devInteractions: { enabled: false },
    userinfo: { enabled: false },
    dPoP: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    clientCredentials: { enabled: true },
    revocation: { enabled: true, allowedPolicy: (_, client, token) => token.clientId === client.clientId },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: parts.pages.confirm,
      postLogoutSuccessSource: parts.pages.done,
    },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => identityResource,
      useGrantedResource: () => true,
      getResourceServerInfo: (_, resource, client) => {
        if (resource !== identityResource) throw new CloisterError('identity/invalid-request');
        return {
          scope: grantableScopes(config, client.clientId).join(' '),
          audience: 'identity',
          accessTokenFormat: 'jwt',
          accessTokenTTL: fullLifetime,
          jwt: { sign: { alg: 'ES256' } },
        };
      },
    },
  },
});

// The account of a published client is no person and has no purpose: people's routes and every realm refuse its tokens.
const machineClaims = async (database: Database, { client }: IdentityConfig, at: Date) => {
  if (client?.machine === undefined) throw new CloisterError('identity/forbidden');
  const sid = await database.transaction((transaction) =>
    machineSession(transaction, { sid: newId(), clientId: client.id, at }),
  );
  return { realm: client.machine.organisationId, sid };
};
