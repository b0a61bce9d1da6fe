import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Both sides prove that they hold the shared credential, each over both challenges, before any request is read. */
export type Side = 'caller' | 'hsm';

export const newChallenge = (): Buffer => randomBytes(32);

/** The proof of one side. The side's name keeps a proof from being reflected as the other's. */
export const prove = (secret: Buffer, side: Side, hsmChallenge: Buffer, callerChallenge: Buffer): Buffer =>
  createHmac('sha256', secret).update(`cloister/hsm/${side}/v1`).update(hsmChallenge).update(callerChallenge).digest();

export const provesSide = (
  secret: Buffer,
  side: Side,
  hsmChallenge: Buffer,
  callerChallenge: Buffer,
  proof: Buffer,
): boolean => proof.length === 32 && timingSafeEqual(prove(secret, side, hsmChallenge, callerChallenge), proof);
