import type { Certificate } from '../certificate/certificate.ts';
import { commonNames } from '../certificate/name.ts';

/**
 * The host names that a certificate is for, in lower case. RFC 9525 §6.3, but the common name counts where there is no
 * alternative name at all (R301; threats row 25), and a wildcard is a name like any other, so that it matches nothing.
 */
export const namesOf = ({ dnsNames, subject }: Certificate): readonly string[] =>
  (dnsNames ?? commonNames(subject)).map(lowerCase);

/** ASCII only: the Kelvin sign in lower case is a `k`, and must not be one here. */
const lowerCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
