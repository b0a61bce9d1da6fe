import type { CheckedCertificate } from '../profile/check-tls-certificate.ts';
import type { SpkiFingerprint } from './spki-fingerprint.ts';

/** What a pin says of a certificate: nothing was pinned yet, it is the pinned key, or another one. */
export type PinComparison = 'first' | 'same' | 'changed';

/** Compares only what was checked: a pin narrows what the roots allow, and never widens it. */
export function comparePin(pin: SpkiFingerprint | null, { fingerprint }: CheckedCertificate): PinComparison {
  if (pin === null) return 'first';
  return pin === fingerprint ? 'same' : 'changed';
}
