import { readFileSync } from 'node:fs';
import { ecPublicJwk, edPublicJwk, parseWith } from '@cloister/wire';
import * as z from 'zod/mini';
import type { RealmLayout } from './layout.ts';

const rsa = z.object({ kty: z.literal('RSA'), n: z.string(), e: z.string() });

const halves = z.object({
  staticKey: rsa,
  tlsKey: ecPublicJwk,
  linkKey: edPublicJwk,
  receiptKey: edPublicJwk,
  next: z.optional(
    z.object({
      static: z.optional(rsa),
      tls: z.optional(ecPublicJwk),
      link: z.optional(edPublicJwk),
      receipt: z.optional(edPublicJwk),
    }),
  ),
});

/** What the key server's program wrote of its keys. */
export type PublicHalves = z.infer<typeof halves>;

/** @throws CloisterError `wire/…` for a damaged file */
export const readPublicHalves = ({ kms }: RealmLayout): PublicHalves =>
  parseWith(halves, readFileSync(kms.publicHalves, 'utf8'));
