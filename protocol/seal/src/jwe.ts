import { base64url, CloisterError } from '@cloister/wire';
import { parseHeader } from './header.ts';
import { malformed } from './malformed.ts';
import type { Bytes } from './primitives/primitives.ts';

/** A parsed compact JWE (RFC 7516 §7.1) whose header we accept. Nothing in it is authentic yet. */
export interface Jwe {
  readonly alg: JweAlgorithm;
  readonly kid: string | null;
  /** The first part's bytes as received: the additional authenticated data (RFC 7516 §5.1 step 14). */
  readonly protectedBytes: Uint8Array;
  readonly encryptedKey: Bytes;
  readonly iv: Bytes;
  readonly ciphertext: Bytes;
  readonly tag: Bytes;
}
export type JweAlgorithm = 'dir' | 'RSA-OAEP' | 'RSA-OAEP-256';

export interface JweRules {
  readonly algorithms: readonly JweAlgorithm[];
  /** Longest accepted text, in characters. Default 2 MiB. */
  readonly maxLength?: number;
}

const MAX_LENGTH = 2 * 1024 * 1024;

/**
 * Refuses, before any key is touched: other algorithms (so RSA1_5), `zip`, `crit`, `enc` other than A256GCM, text that
 * is not strict base64url, and parts of the wrong number or size.
 * @throws CloisterError `seal/malformed`, `seal/unsupported-algorithm`, `wire/too-large`
 */
export function parseJwe(text: string, rules: JweRules): Jwe {
  if (typeof text !== 'string') throw malformed('not text');
  if (text.length > (rules.maxLength ?? MAX_LENGTH)) throw new CloisterError('wire/too-large');
  const parts = text.split('.', 6);
  const [protectedPart, key, iv, ciphertext, tag] = parts as [string, string, string, string, string];
  if (parts.length !== 5) throw malformed('a compact JWE has five parts');
  const { members: header, ascii } = parseHeader(protectedPart);
  const alg = rules.algorithms.find((accepted) => accepted === header.alg);
  if (alg === undefined) throw new CloisterError('seal/unsupported-algorithm', { detail: 'alg' });
  if (header.enc !== 'A256GCM') throw new CloisterError('seal/unsupported-algorithm', { detail: 'enc' });
  if ('zip' in header) throw new CloisterError('seal/unsupported-algorithm', { detail: 'zip' });
  const { kid } = header;
  if (kid !== undefined && typeof kid !== 'string') throw malformed('kid is not a string');
  const jwe = {
    alg,
    kid: kid ?? null,
    protectedBytes: ascii,
    encryptedKey: decode(key),
    iv: decode(iv),
    ciphertext: decode(ciphertext),
    tag: decode(tag),
  };
  // RFC 7518 §4.5 (dir: "the empty octet sequence"), §5.3 (96-bit nonce, 128-bit tag).
  if ((alg === 'dir') !== (jwe.encryptedKey.length === 0)) throw malformed('encrypted key');
  if (jwe.iv.length !== 12 || jwe.tag.length !== 16) throw malformed('nonce or tag of the wrong size');
  return jwe;
}

export function decode(part: string): Bytes {
  try {
    return base64url.decode(part);
  } catch {
    throw malformed('not base64url');
  }
}
