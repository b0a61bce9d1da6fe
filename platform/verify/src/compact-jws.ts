import { type KeyObject, sign, verify } from 'node:crypto';
import { base64url, CloisterError, type ErrorCode } from '@cloister/wire';

/** The only two signatures of this realm's tokens and statements. */
export type Algorithm = 'EdDSA' | 'ES256';

export type JwsHeader = { alg: string; kid?: string; typ?: string };

/** A compact JWS taken apart, not yet believed. */
export type SplitJws = { header: JwsHeader; payload: Uint8Array; signed: string; signature: Uint8Array };

const LONGEST = 4 * 1024 * 1024;

/**
 * Takes a compact JWS apart.
 * @see {@link https://www.rfc-editor.org/rfc/rfc7515#section-5.2 RFC 7515 §5.2}
 * @throws CloisterError `refusal`, whatever is wrong
 */
export function splitCompactJws(text: string, refusal: ErrorCode): SplitJws {
  const parts = text.length > LONGEST ? [] : text.split('.');
  const [head, body, tail] = parts;
  if (parts.length !== 3 || head === undefined || body === undefined || tail === undefined)
    throw new CloisterError(refusal);
  const header = readObject(head, refusal);
  // §4.1.11: extensions that are not understood MUST be refused; we understand none. RFC 7797's `b64` would be one.
  if ('crit' in header || 'b64' in header) throw new CloisterError(refusal);
  const { alg, kid, typ } = header;
  if (
    typeof alg !== 'string' ||
    (kid !== undefined && typeof kid !== 'string') ||
    (typ !== undefined && typeof typ !== 'string')
  ) {
    throw new CloisterError(refusal);
  }
  return {
    header: { alg, ...(kid === undefined ? {} : { kid }), ...(typ === undefined ? {} : { typ }) },
    payload: bytes(body, refusal),
    signed: `${head}.${body}`,
    signature: bytes(tail, refusal),
  };
}

/** Checks algorithm, type and signature. RFC 8725 §3.1: the verifier fixes the algorithm, never the header. */
export function checkSignature(
  jws: SplitJws,
  expected: { alg: Algorithm; typ: string; key: KeyObject },
  refusal: ErrorCode,
): void {
  const { header, signed, signature } = jws;
  if (header.alg !== expected.alg || header.typ !== expected.typ) throw new CloisterError(refusal);
  if (!isKeyFor(expected.alg, expected.key)) throw new CloisterError(refusal);
  const valid =
    expected.alg === 'EdDSA'
      ? verify(null, Buffer.from(signed), expected.key, signature)
      : verify('sha256', Buffer.from(signed), { key: expected.key, dsaEncoding: 'ieee-p1363' }, signature);
  if (!valid) throw new CloisterError(refusal);
}

/** Signs with Ed25519. @see {@link https://www.rfc-editor.org/rfc/rfc8037#section-3.1 RFC 8037 §3.1} */
export function signEdDsa(header: { typ: string; kid?: string }, payload: object, key: KeyObject): string {
  const encode = (value: object) => base64url.encode(Buffer.from(JSON.stringify(value)));
  const signed = `${encode({ alg: 'EdDSA', ...header })}.${encode(payload)}`;
  return `${signed}.${base64url.encode(sign(null, Buffer.from(signed), key))}`;
}

function isKeyFor(alg: Algorithm, key: KeyObject): boolean {
  if (alg === 'EdDSA') return key.asymmetricKeyType === 'ed25519';
  return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
}

function bytes(text: string, refusal: ErrorCode): Uint8Array {
  if (!base64url.is(text)) throw new CloisterError(refusal);
  return base64url.decode(text);
}

function readObject(part: string, refusal: ErrorCode): Record<string, unknown> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes(part, refusal));
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // One refusal for every fault.
  }
  throw new CloisterError(refusal);
}
