import * as z from 'zod/mini';
import { base64urlOf, text } from '../json/schemas.ts';

/**
 * A public P-256 key by its form. Everything else is dropped, above all the private `d` that one published client sends
 * (kms.md §1.4). Whether the point lies on the curve is for whoever imports it.
 */
export const ecPublicJwk = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: base64urlOf(32),
  y: base64urlOf(32),
  kid: z.optional(text(512)),
});

/** A public Ed25519 key by its form. */
export const edPublicJwk = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: base64urlOf(32),
  kid: z.optional(text(512)),
});

/** A 256-bit symmetric key. `kid` never changes for a key: published reactions hash it. */
export const octetJwk = z.object({
  kty: z.literal('oct'),
  kid: text(512),
  k: base64urlOf(32),
  alg: z.optional(z.string()),
});

export type EcPublicJwk = z.infer<typeof ecPublicJwk>;
export type EdPublicJwk = z.infer<typeof edPublicJwk>;
export type OctetJwk = z.infer<typeof octetJwk>;
