import { CloisterError } from '@cloister/wire';
import type { ClientMetadata } from 'oidc-provider';
import type { IdentityConfig } from '../config.ts';
import { accessScopes } from '../domain/scopes.ts';

/** The web clients and the command line: public clients, known by name (RFC 6749 §2.1). */
export const webClientId = 'cloister-web';
export const cliClientId = 'cloister-cli';

const openIdScope = 'openid offline_access';
const signedIn = '/signed-in';

/** The registered clients. The confidential one is for programs that others wrote. */
export const clientsOf = ({ apps, client }: IdentityConfig, secret: string | undefined): ClientMetadata[] => {
  const own: ClientMetadata = {
    client_id: webClientId,
    application_type: 'web',
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    scope: openIdScope,
    redirect_uris: apps.map((origin) => `${origin}${signedIn}`),
    post_logout_redirect_uris: apps.map((origin) => `${origin}/`),
  };
  const cli: ClientMetadata = {
    ...own,
    client_id: cliClientId,
    application_type: 'native',
    // RFC 8252 §7.3: loopback addresses match with any port.
    redirect_uris: [`http://127.0.0.1${signedIn}`, `http://[::1]${signedIn}`],
    post_logout_redirect_uris: [],
  };
  if (client === undefined) return [own, cli];
  if (secret === undefined) throw new CloisterError('config/invalid', { detail: 'client.secretFile is missing' });
  const others: ClientMetadata = {
    client_id: client.id,
    client_secret: secret,
    application_type: client.redirectUris.every(isLoopback) ? 'native' : 'web',
    token_endpoint_auth_method: 'client_secret_basic',
    grant_types: [
      'authorization_code',
      'refresh_token',
      ...(client.machine === undefined ? [] : ['client_credentials']),
    ],
    response_types: ['code'],
    scope: openIdScope,
    redirect_uris: client.redirectUris,
  };
  return [own, cli, others];
};

/** What a client may be granted at most, openid's own scopes aside. */
export const grantableScopes = ({ client }: IdentityConfig, clientId: string): readonly string[] => {
  if (clientId !== client?.id) return accessScopes;
  const registered = client.scope.split(' ');
  return accessScopes.filter((scope) => registered.includes(scope));
};

const isLoopback = (uri: string): boolean =>
  ['127.0.0.1', '[::1]', 'localhost'].includes(URL.parse(uri)?.hostname ?? '');
