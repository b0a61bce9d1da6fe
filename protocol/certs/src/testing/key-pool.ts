import { generateKeyPairSync, type KeyObject } from 'node:crypto';

/** Keys that certificates in tests are made for and signed by, made when first needed and then the same. */
const makers = {
  'P-256': () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'P-384': () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  'P-521': () => generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  secp256k1: () => generateKeyPairSync('ec', { namedCurve: 'secp256k1' }),
  'RSA 2048': () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  'RSA 3072': () => generateKeyPairSync('rsa', { modulusLength: 3072 }),
  'RSA 1024': () => generateKeyPairSync('rsa', { modulusLength: 1024 }),
  'RSA 2040': () => generateKeyPairSync('rsa', { modulusLength: 2040 }),
  'RSA 2048 with 3': () => generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }),
  'RSA-PSS 2048': () => generateKeyPairSync('rsa-pss', { modulusLength: 2048 }),
  Ed25519: () => generateKeyPairSync('ed25519'),
} as const;

export type KeyName = keyof typeof makers;
export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const pool = new Map<string, KeyPair>();

/** The key of that name; another one of the same kind for each `holder`. */
export function keyOf(holder: 'root' | 'leaf' | 'other', name: KeyName): KeyPair {
  const id = `${holder} ${name}`;
  const pair = pool.get(id) ?? makers[name]();
  pool.set(id, pair);
  return pair;
}
