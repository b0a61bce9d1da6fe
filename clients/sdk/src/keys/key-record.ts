import { SecretKey } from '@cloister/seal';
import {
  CloisterError,
  hostOf,
  type KeyRepresentation,
  type KeyUri,
  parseInstanceUri,
  type ResourceUri,
} from '@cloister/wire';
import { isRecord, textOf } from '../json.ts';
import type { Json } from '../store/store.ts';

/** A content key with what its key server said of it. Without `resourceUri` it is bound to no room yet. */
export interface ContentKey {
  readonly uri: KeyUri;
  readonly key: SecretKey;
  readonly resourceUri?: ResourceUri;
}

/**
 * The key in a key server's answer to a question about `asked`. An answer about another key, or one that binds it to a
 * resource of another server, is no answer (threats rows 2 and 15).
 */
export const contentKeyOf = (asked: KeyUri, answer: KeyRepresentation | undefined): ContentKey => {
  const { resourceUri } = answer ?? {};
  if (answer?.uri !== asked || (resourceUri !== undefined && hostOf(resourceUri) !== hostOf(asked))) {
    throw new CloisterError('client/unreadable', { detail: 'not the key that was asked for' });
  }
  const key = SecretKey.fromJwk(answer.jwk, asked);
  return { uri: asked, key, ...(resourceUri === undefined ? {} : { resourceUri }) };
};

/** As the store keeps it. */
export const writeKeyRecord = ({ key, resourceUri }: ContentKey): Json => ({
  k: key.revealJwk().k,
  ...(resourceUri === undefined ? {} : { resourceUri }),
});

/** `undefined` for what no longer reads: it is asked for again. */
export const readKeyRecord = (uri: KeyUri, value: unknown): ContentKey | undefined => {
  const k = textOf(value, 'k');
  if (!isRecord(value) || k === undefined) return undefined;
  try {
    const key = SecretKey.fromJwk({ kty: 'oct', k }, uri);
    return value.resourceUri === undefined
      ? { uri, key }
      : { uri, key, resourceUri: parseInstanceUri(value.resourceUri, 'resources') };
  } catch {
    return undefined;
  }
};
