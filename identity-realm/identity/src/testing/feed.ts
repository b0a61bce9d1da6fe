import { type PeopleStatement, parsePeopleStatement, parseStatusPayload, type StatusPayload } from '@cloister/wire';
import { compactVerify, importJWK, type JWK } from 'jose';
import type { IdentityUnderTest } from './identity-under-test.ts';

/** Asks for the feed as a realm does. */
export const askFeed = (identity: IdentityUnderTest, query = 'after=0', token = identity.realmToken()) =>
  identity.client().ask(`/identity/status/v1/feed?${query}`, { headers: { authorization: `Bearer ${token}` } });

/** What was stated, its signature checked with the key that provisioning gave out. */
const payloadOf = async (identity: IdentityUnderTest, jws: string, typ: string): Promise<Uint8Array> => {
  const key = await importJWK(identity.provisioned.feedKey as JWK, 'EdDSA');
  const { payload, protectedHeader } = await compactVerify(jws, key, { algorithms: ['EdDSA'] });
  if (protectedHeader.typ !== typ) throw new Error('wrong type');
  return payload;
};

/** A statement of the feed. */
export const openStatement = async (identity: IdentityUnderTest, jws: string): Promise<StatusPayload> =>
  parseStatusPayload(await payloadOf(identity, jws, 'cloister-status+jws'));

/** Asks for people's organisations as a realm does. */
export const askPeople = (identity: IdentityUnderTest, question: unknown, token = identity.realmToken()) =>
  identity
    .client()
    .ask('/identity/status/v1/people', { json: question, headers: { authorization: `Bearer ${token}` } });

/** A statement about people. */
export const openPeople = async (identity: IdentityUnderTest, jws: string): Promise<PeopleStatement> =>
  parsePeopleStatement(await payloadOf(identity, jws, 'cloister-people+jws'));

/** The whole feed. */
export const readFeed = async (identity: IdentityUnderTest, query?: string): Promise<StatusPayload> => {
  const answer = await askFeed(identity, query);
  if (answer.status !== 200) throw new Error(`no feed: ${answer.status} ${answer.text}`);
  return openStatement(identity, answer.text);
};
