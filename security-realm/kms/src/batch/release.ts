import {
  base64url,
  CloisterError,
  instanceUri,
  type KeyRepresentation,
  type KeyUri,
  type KmsHost,
  type KmsResponse,
  type Uuid,
} from '@cloister/wire';
import { contentKeyPlace } from '../keys/content-key-place.ts';
import type { KekStore } from '../keys/kek-store.ts';
import { openUnder } from '../keys/key-vault.ts';
import type { KeyRow } from '../store/key-row.ts';

/** Key bytes by address, as they travel inside a sealed reply: another key server may have chosen the same id. */
export type KeyMaterial = ReadonlyMap<KeyUri, string>;

/** Unwraps keys for release. Each KEK is fetched once; the bytes live no longer than the reply. */
export const unwrapKeys = async (kmsHost: KmsHost, keks: KekStore, rows: readonly KeyRow[]): Promise<KeyMaterial> => {
  const wanted = new Map(rows.map((row) => [`${row.kekId}|${row.kekVersion}`, row]));
  const held = new Map(
    await Promise.all(
      [...wanted].map(async ([name, row]) => [name, await keks.byId(row.kekId, row.kekVersion)] as const),
    ),
  );
  // The hsm may have taken its time.
  keks.requireLease();
  const material = new Map<KeyUri, string>();
  for (const row of rows) {
    // The last door before a key is in the clear: who decided must have seen it too.
    if (row.isRevoked) throw new CloisterError('kms/revoked');
    const kek = held.get(`${row.kekId}|${row.kekVersion}`);
    const uri = instanceUri(kmsHost, 'keys', row.keyId as Uuid);
    if (kek === undefined || material.has(uri)) continue;
    const bytes = openUnder(kek, contentKeyPlace(row), row);
    material.set(uri, base64url.encode(bytes));
    bytes.fill(0);
  }
  return material;
};

/** Whether a response gives keys away. */
export const hasKeys = ({ key, keys, searchKeys }: KmsResponse): boolean =>
  [key, keys, searchKeys].some((each) => each !== undefined);

/** A key with its bytes. */
export const fillKey = (key: KeyRepresentation, material: KeyMaterial): KeyRepresentation => {
  const k = material.get(key.uri);
  if (k === undefined) throw new CloisterError('kms/internal');
  return { ...key, jwk: { ...key.jwk, k } };
};

/** The response with its keys filled in. */
export const fillKeys = (response: KmsResponse, material: KeyMaterial): KmsResponse => {
  if (response.key !== undefined) return { ...response, key: fillKey(response.key, material) };
  return response.keys === undefined
    ? response
    : { ...response, keys: response.keys.map((key) => fillKey(key, material)) };
};
