import { createPublicKey, type JsonWebKey, type KeyObject, sign, verify } from 'node:crypto';
import { base64url } from '@cloister/wire';

const part = (value: object): string => base64url.encode(Buffer.from(JSON.stringify(value)));

/** A compact JWS by an Ed25519 key. */
export const signEd = (typ: string, payload: object, key: KeyObject): string => {
  const signed = `${part({ alg: 'EdDSA', typ })}.${part(payload)}`;
  return `${signed}.${base64url.encode(sign(null, Buffer.from(signed), key))}`;
};

/** A compact JWS by a P-256 key. */
export const signEs = (header: object, payload: object, key: KeyObject): string => {
  const signed = `${part({ alg: 'ES256', ...header })}.${part(payload)}`;
  return `${signed}.${base64url.encode(sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }))}`;
};

/** Header and claims of one, or null when the key did not sign it. */
export const openEd = (
  jws: string,
  jwk: JsonWebKey,
): { readonly header: Record<string, unknown>; readonly claims: Record<string, unknown> } | null => {
  const [header = '', payload = '', signature = ''] = jws.split('.');
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const isSigned = verify(null, Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url'));
  if (!isSigned) return null;
  const read = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString()) as Record<string, unknown>;
  return { header: read(header), claims: read(payload) };
};
