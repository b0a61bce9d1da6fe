import { base64url, CloisterError } from '@cloister/wire';
import { primitives } from '#primitives';
import { parseHeader } from './header.ts';
import { decode } from './jwe.ts';
import { malformed } from './malformed.ts';
import type { Bytes, PublicJwk, SignatureAlgorithm } from './primitives/primitives.ts';
import { handleOf, type PrivateKey } from './private-key.ts';
import { importPublicKey, publicPart } from './public-key.ts';
import { toBytes } from './text.ts';

export interface JwsSigner {
  readonly key: PrivateKey;
  /** Default PS256, the published protocol's. */
  readonly alg?: SignatureAlgorithm;
  /** Further header members, such as `typ` or `jwk`. `kid` is the key's, unless given here; undefined writes none. */
  readonly header?: Readonly<Record<string, unknown>>;
}

/** Compact JWS (RFC 7515 §5.1). */
export async function signCompact(signer: JwsSigner, payload: string | Uint8Array): Promise<string> {
  const { key, alg = 'PS256' } = signer;
  if (!fits(alg, key.publicJwk)) throw new CloisterError('seal/invalid-key', { detail: `no key for ${alg}` });
  const { encode } = base64url;
  const header = JSON.stringify({ alg, kid: key.kid, ...signer.header });
  const input = `${encode(toBytes(header))}.${encode(typeof payload === 'string' ? toBytes(payload) : payload)}`;
  return `${input}.${encode(await primitives.sign(alg, handleOf(key), toBytes(input)))}`;
}

/** A compact JWS taken apart. Nothing in it is authentic until {@link verifyCompact} says so. */
export interface Jws {
  readonly alg: string;
  readonly kid: string | null;
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: Bytes;
  readonly signed: string;
  readonly signature: Bytes;
}

const MAX_LENGTH = 256 * 1024;

/** @throws CloisterError `seal/malformed`, `seal/unsupported-algorithm` (`crit`, unencoded payload), `wire/too-large` */
export function parseJws(text: string, { maxLength = MAX_LENGTH } = {}): Jws {
  if (typeof text !== 'string') throw malformed('not text');
  if (text.length > maxLength) throw new CloisterError('wire/too-large');
  const parts = text.split('.', 4);
  const [protectedPart, payload, signature] = parts as [string, string, string];
  if (parts.length !== 3) throw malformed('a compact JWS has three parts');
  const { members: header } = parseHeader(protectedPart);
  const { alg, kid } = header;
  if (typeof alg !== 'string') throw malformed('alg is no string');
  if (kid !== undefined && typeof kid !== 'string') throw malformed('kid is no string');
  if ('b64' in header) throw new CloisterError('seal/unsupported-algorithm', { detail: 'b64' });
  return {
    alg,
    kid: kid ?? null,
    header,
    payload: decode(payload),
    signed: `${protectedPart}.${payload}`,
    signature: decode(signature),
  };
}

/** A public key, and the limits its owner may have set on it (RFC 7517 §4.2, §4.4). */
export type VerificationKey = PublicJwk & { readonly use?: string; readonly alg?: string };

export interface JwsRules {
  /** By `kid`. A JWS without a kid, or with one that is not here, is refused. */
  readonly keys: Readonly<Record<string, VerificationKey>>;
  /** Algorithms accepted; each must also fit the key's kind, so no key is ever used for another's algorithm. */
  readonly algorithms: readonly SignatureAlgorithm[];
  readonly typ?: string;
  readonly maxLength?: number;
}

/** RFC 7515 §5.2. @throws CloisterError those of {@link parseJws}, and `seal/invalid-signature` */
export async function verifyCompact(text: string, rules: JwsRules): Promise<Jws> {
  const jws = parseJws(text, rules.maxLength === undefined ? {} : { maxLength: rules.maxLength });
  const jwk = jws.kid !== null && Object.hasOwn(rules.keys, jws.kid) ? rules.keys[jws.kid] : undefined;
  if (jwk === undefined) throw new CloisterError('seal/invalid-signature', { detail: 'kid' });
  return checkJws(jws, jwk, rules);
}

/** {@link verifyCompact} for a JWS whose key is known otherwise, such as from its own `jwk` header (a proof). */
export async function checkJws(
  jws: Jws,
  jwk: VerificationKey,
  { algorithms, typ }: Pick<JwsRules, 'algorithms' | 'typ'>,
): Promise<Jws> {
  const alg = algorithms.find((accepted) => accepted === jws.alg);
  if (alg === undefined) throw new CloisterError('seal/unsupported-algorithm', { detail: 'alg' });
  if (typ !== undefined && jws.header.typ !== typ)
    throw new CloisterError('seal/unsupported-algorithm', { detail: 'typ' });
  const publicJwk = publicPart(jwk);
  if (!fits(alg, publicJwk) || !permits(alg, jwk)) throw new CloisterError('seal/invalid-signature', { detail: 'key' });
  const key = await importPublicKey(publicJwk);
  if (!(await primitives.verify(alg, key, toBytes(jws.signed), jws.signature))) {
    throw new CloisterError('seal/invalid-signature');
  }
  return jws;
}

const KIND: Record<SignatureAlgorithm, PublicJwk['kty']> = { PS256: 'RSA', RS256: 'RSA', ES256: 'EC', EdDSA: 'OKP' };
const permits = (alg: SignatureAlgorithm, { use = 'sig', alg: only = alg }: VerificationKey): boolean =>
  use === 'sig' && only === alg;
const fits = (alg: SignatureAlgorithm, jwk: PublicJwk): boolean => KIND[alg] === jwk.kty;
