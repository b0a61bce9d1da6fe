import { createHmac } from 'node:crypto';
import {
  CloisterError,
  type ErrorCode,
  type KeyRepresentation,
  type KeysGiven,
  type KeyUri,
  type ResourceUri,
} from '@cloister/wire';

/** A key as its key server gave it, its bytes apart. */
export type GivenKey = {
  readonly uri: KeyUri;
  readonly resourceUri: ResourceUri;
  readonly bytes: Buffer;
  /** One-way, and another for every other key: by it a key server that gives other bytes later is found out. */
  readonly mark: Buffer;
  readonly representation: KeyRepresentation;
};

export type NotGiven = { readonly uri: KeyUri; readonly error: CloisterError };

/** What another key server may say to people here in its own words; all else is that it refused. */
const toldAsIs: ReadonlySet<ErrorCode> = new Set(['kms/not-authorized', 'kms/revoked', 'kms/outside-not-allowed']);

/** What a key server answered for one key that it was asked for: exactly one key under that name, bound, or a refusal. */
export const readGivenKey = (uri: KeyUri, answers: KeysGiven['keys']): GivenKey | NotGiven => {
  const [answer, ...more] = answers;
  if (answer === undefined || more.length > 0) return { uri, error: broken() };
  if ('code' in answer) {
    const { code } = answer;
    return { uri, error: new CloisterError(toldAsIs.has(code) ? code : 'kms/peer-refused', { detail: code }) };
  }
  const { jwk, resourceUri } = answer;
  const bytes = Buffer.from(jwk.k, 'base64url');
  if (jwk.kid !== uri || resourceUri === undefined || bytes.length !== 32) return { uri, error: broken() };
  const mark = createHmac('sha256', bytes).update(`cloister/foreign-key/v1 ${uri}`).digest();
  return { uri, resourceUri, bytes, mark, representation: { ...answer, jwk: { ...jwk, k: '' } } };
};

export const isGiven = (answer: GivenKey | NotGiven): answer is GivenKey => !('error' in answer);

const broken = () => new CloisterError('kms/peer-broken', { detail: 'another key than was asked for' });
