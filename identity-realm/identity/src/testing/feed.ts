import { parseStatusPayload, type StatusPayload } from '@cloister/wire';
import { compactVerify, importJWK, type JWK } from 'jose';
import type { IdentityUnderTest } from './identity-under-test.ts';

/** Asks for the feed as a realm does. */
export const askFeed = (identity: IdentityUnderTest, query = 'after=0', token = identity.realmToken()) =>
  identity.client().ask(`/identity/status/v1/feed?${query}`, { headers: { authorization: `Bearer ${token}` } });

/** A statement, its signature checked with the key that provisioning gave out. */
export const openStatement = async (identity: IdentityUnderTest, jws: string): Promise<StatusPayload> => {
  const key = await importJWK(identity.provisioned.feedKey as JWK, 'EdDSA');
  const { payload, protectedHeader } = await compactVerify(jws, key, { algorithms: ['EdDSA'] });
  if (protectedHeader.typ !== 'cloister-status+jws') throw new Error('wrong type');
  return parseStatusPayload(payload);
};

/** The whole feed. */
export const readFeed = async (identity: IdentityUnderTest, query?: string): Promise<StatusPayload> => {
  const answer = await askFeed(identity, query);
  if (answer.status !== 200) throw new Error(`no feed: ${answer.status} ${answer.text}`);
  return openStatement(identity, answer.text);
};
