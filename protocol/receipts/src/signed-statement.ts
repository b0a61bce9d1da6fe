import { base64url, CloisterError, type CompactJws, type ErrorCode, isCompactJws, readJson } from '@cloister/wire';
import * as z from 'zod/mini';
import { primitives } from '#primitives';
import type { ReceiptKey } from './receipt-key.ts';

/** A kind of statement that a key server signs with its receipt key, in the clear. */
export interface StatementKind<Claims> {
  /** RFC 7515 §4.1.9: no statement of one kind can pass for one of another. */
  readonly typ: string;
  readonly claims: z.ZodMiniType<Claims>;
  /** The longest that is looked at. */
  readonly maxLength: number;
  /** The one error for every fault. */
  readonly fault: ErrorCode;
}

/** A statement taken apart. Nothing in it is to be believed before it is verified. */
export interface ParsedStatement<Claims> {
  readonly kid: string;
  readonly claims: Claims;
  readonly signingInput: string;
  readonly signature: Uint8Array<ArrayBuffer>;
}

const utf8 = new TextEncoder();
const part = (value: unknown): string => base64url.encode(utf8.encode(JSON.stringify(value)));

/** Exactly these members: `crit`, `b64`, `jwk` and the like have no meaning here and are refused. */
const headerOf = (typ: string) =>
  z.strictObject({
    alg: z.literal('EdDSA'),
    kid: z.string().check(z.minLength(1), z.maxLength(256)),
    typ: z.literal(typ),
  });

export const parseStatement = <Claims>(kind: StatementKind<Claims>, input: unknown): ParsedStatement<Claims> => {
  if (!isCompactJws(input) || input.length > kind.maxLength) throw new CloisterError(kind.fault);
  const dot = input.lastIndexOf('.');
  const [header = '', payload = ''] = input.split('.');
  try {
    const { kid } = z.parse(headerOf(kind.typ), readJson(base64url.decode(header), 1024));
    const claims = z.parse(kind.claims, readJson(base64url.decode(payload), kind.maxLength));
    return { kid, claims, signingInput: input.slice(0, dot), signature: base64url.decode(input.slice(dot + 1)) };
  } catch {
    throw new CloisterError(kind.fault);
  }
};

/** Claims of the wrong shape are refused, so that nothing is signed that nobody could verify. */
export const signStatement = async <Claims>(
  kind: StatementKind<Claims>,
  claims: Claims,
  { kid, key }: { readonly kid: string; readonly key: ReceiptKey },
): Promise<CompactJws> => {
  if (!z.safeParse(kind.claims, claims).success) throw new CloisterError(kind.fault);
  const input = `${part({ alg: 'EdDSA', kid, typ: kind.typ })}.${part(claims)}`;
  const signature = await primitives.sign(key, utf8.encode(input));
  return `${input}.${base64url.encode(signature)}` as CompactJws;
};

/** The claims, if this key signed them under this id. */
export const verifyStatement = async <Claims>(
  kind: StatementKind<Claims>,
  jws: unknown,
  issuer: { readonly kid: string; readonly key: ReceiptKey },
): Promise<Claims> => {
  const { kid, claims, signingInput, signature } = parseStatement(kind, jws);
  const signed = await primitives.verify(issuer.key, signature, utf8.encode(signingInput));
  if (!signed || kid !== issuer.kid) throw new CloisterError(kind.fault);
  return claims;
};
