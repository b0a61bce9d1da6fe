import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { CloisterError, ecPublicJwk } from '@cloister/wire';
import * as z from 'zod/mini';

// Strict: a private `d` sent along is a mistake that must not go unnoticed.
const machineKey = z.strictObject({
  kty: ecPublicJwk.shape.kty,
  crv: ecPublicJwk.shape.crv,
  x: ecPublicJwk.shape.x,
  y: ecPublicJwk.shape.y,
  kid: z.optional(z.string().check(z.maxLength(256))),
  alg: z.optional(z.literal('ES256')),
  use: z.optional(z.literal('sig')),
});

/** A machine account's public key, its point on the curve. */
export type MachineKey = Pick<z.infer<typeof machineKey>, 'kty' | 'crv' | 'x' | 'y'>;

/** @throws CloisterError `identity/invalid-request` for anything but a public P-256 key; the detail quotes nothing */
export const parseMachineKey = (input: unknown): MachineKey => {
  const read = z.safeParse(machineKey, input);
  if (!read.success || !isOnCurve(read.data)) {
    throw new CloisterError('identity/invalid-request', { detail: 'publicKey must be a public P-256 JWK' });
  }
  const { kty, crv, x, y } = read.data;
  return { kty, crv, x, y };
};

const isOnCurve = ({ kty, crv, x, y }: MachineKey): boolean => {
  try {
    createPublicKey({ key: { kty, crv, x, y } as JsonWebKey, format: 'jwk' });
    return true;
  } catch {
    return false;
  }
};
