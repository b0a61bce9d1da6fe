import { CloisterError } from '../errors/cloister-error.ts';
import type { Branded } from '../ids.ts';

/** The DNS name of a key server, lower-case. */
export type KmsHost = Branded<'KmsHost'>;

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** What a resolver may read as an IPv4 address: a last label in decimal, octal or hexadecimal digits. */
const number = /^([0-9]+|0x[0-9a-f]*)$/;

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

const isPlainName = (value: string): boolean => {
  if (value.length === 0 || value.length > 253) return false;
  const labels = value.split('.');
  if (!labels.every((part) => label.test(part) && part.slice(2, 4) !== '--')) return false;
  return !number.test(labels.at(-1) ?? '');
};

/** @throws CloisterError `wire/invalid-uri` */
export const parseKmsHost = (value: unknown): KmsHost => {
  if (!isKmsHost(value)) throw new CloisterError('wire/invalid-uri');
  return value;
};
