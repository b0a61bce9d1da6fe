import { CloisterError } from '../errors/cloister-error.ts';
import type { Branded } from '../ids.ts';
import { hostLabels, isReservedLabel } from './host-labels.ts';

/** The DNS name of a key server, lower-case. */
export type KmsHost = Branded<'KmsHost'>;

/**
 * Whether a value is a plain DNS name: labels of letters, digits and hyphens, lower-case, no address literal.
 * Punycode is refused, since two names that look alike must not be two key servers (threats.md row 15).
 */
export const isKmsHost = (value: unknown): value is KmsHost => {
  if (typeof value !== 'string') return false;
  if (value !== lastGood && isPlainName(value)) lastGood = value;
  return value === lastGood;
};

/** Nearly every address that a process sees names the same server, so the last name found good is remembered. */
let lastGood = 'localhost';

const isPlainName = (value: string): boolean => hostLabels(value)?.some(isReservedLabel) === false;

/** @throws CloisterError `wire/invalid-uri` */
export const parseKmsHost = (value: unknown): KmsHost => {
  if (!isKmsHost(value)) throw new CloisterError('wire/invalid-uri');
  return value;
};
