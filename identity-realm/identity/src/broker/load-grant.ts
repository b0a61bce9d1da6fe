import { newId } from '@cloister/wire';
import type { Grant, KoaContextWithOIDC } from 'oidc-provider';

/** The one resource that full tokens are for (RFC 8707); identity itself. */
export const identityResource = 'urn:cloister:identity';

/**
 * The sign-in that a code belongs to: that of this browser and client, or a new one. Its random id is the `sid` of the tokens.
 * Each native client's is new, so that ending one does not end the others.
 */
export const loadGrant = async ({ oidc }: KoaContextWithOIDC): Promise<Grant | undefined> => {
  const { client, session, provider, account } = oidc;
  if (client === undefined || session === undefined || account === undefined) return undefined;
  const known = client.applicationType === 'native' ? undefined : session.grantIdFor(client.clientId);
  const found = known === undefined ? undefined : await provider.Grant.find(known);
  const grant =
    found?.accountId === account.accountId
      ? found
      : new provider.Grant({ accountId: account.accountId, clientId: client.clientId });
  grant.jti ??= newId();
  const grantable = oidc.resourceServers?.[identityResource]?.scope?.split(' ') ?? [];
  const wanted = [...oidc.requestParamScopes];
  grant.addOIDCScope(wanted.filter((scope) => scope === 'openid' || scope === 'offline_access').join(' '));
  grant.addResourceScope(identityResource, wanted.filter((scope) => grantable.includes(scope)).join(' '));
  await grant.save();
  return grant;
};
