import type { Certificate } from '../certificate/certificate.ts';
import { EXTENSION } from '../certificate/extensions/read-extensions.ts';
import { bitLength } from '../certificate/public-key.ts';
import type { Rule } from './rule.ts';

const MAX_SERIAL = 20;
const RSA_BITS = { least: 2048, most: 8192 };
const LEAST_EXPONENT_BITS = 17;
const MOST_EXPONENT_BITS = 32;
/** Key identifiers must not be critical (RFC 5280 §4.2.1.1, §4.2.1.2), so they are not here. */
const MAY_BE_CRITICAL: readonly string[] = [
  EXTENSION.keyUsage,
  EXTENSION.subjectAltName,
  EXTENSION.basicConstraints,
  EXTENSION.extendedKeyUsage,
];

/** What holds for leaf and root alike. */
export const commonRules: readonly Rule[] = [
  {
    // RFC 5280 §4.1.2.2: positive, "conforming CAs MUST NOT use serialNumber values longer than 20 octets".
    says: 'has no proper serial number',
    isBroken: ({ serialNumber }) =>
      serialNumber.length > MAX_SERIAL || (serialNumber[0] ?? 0) >= 0x80 || serialNumber.every((byte) => byte === 0),
  },
  {
    // RFC 5280 §4.1.2.4: "MUST contain a non-empty distinguished name".
    says: 'names no issuer',
    isBroken: ({ issuer }) => issuer.attributes.length === 0,
  },
  {
    // RFC 5280 §4.2.1.6: a leaf without one "MUST" have a critical alternative name; a root's subject is its issuer.
    says: 'names no subject',
    isBroken: ({ subject, critical }) =>
      subject.attributes.length === 0 && !critical.includes(EXTENSION.subjectAltName),
  },
  {
    // RFC 5280 §4.2.1.10: "MUST either process … or reject the certificate". A plain profile has no place for them.
    says: 'limits names, which is not checked here',
    isBroken: ({ hasNameConstraints }) => hasNameConstraints,
  },
  {
    // RFC 5280 §4.2: "MUST reject the certificate if it encounters a critical extension it does not recognize".
    says: 'has a critical extension that is unknown here',
    isBroken: ({ critical }) => critical.some((oid) => !MAY_BE_CRITICAL.includes(oid)),
  },
  {
    says: 'has a key that is neither P-256, P-384 nor RSA of 2048 to 8192 bits with an ordinary exponent',
    isBroken: ({ publicKey: { kind, rsa } }) => kind === 'other' || (rsa !== null && !isStrong(rsa)),
  },
  {
    // RFC 5280 §4.2.1.9: without the authority bit "the keyCertSign bit … MUST NOT be asserted".
    says: 'may sign others but is no authority',
    isBroken: (certificate) => !isAuthority(certificate) && (certificate.keyUsage?.includes('keyCertSign') ?? false),
  },
  {
    // RFC 5280 §4.2.1.9: "MUST NOT include the pathLenConstraint field unless" authority and keyCertSign are stated.
    says: 'limits the length of paths but signs none',
    isBroken: ({ basicConstraints, keyUsage }) =>
      basicConstraints !== null &&
      basicConstraints.pathLength !== null &&
      !(basicConstraints.isAuthority && (keyUsage?.includes('keyCertSign') ?? false)),
  },
];

export const isAuthority = ({ basicConstraints }: Certificate): boolean => basicConstraints?.isAuthority ?? false;

function isStrong({ n, e }: { readonly n: Uint8Array; readonly e: Uint8Array }): boolean {
  const bits = bitLength(n);
  const exponentBits = bitLength(e);
  const isOdd = ((n.at(-1) ?? 0) & (e.at(-1) ?? 0) & 1) === 1;
  const isOrdinary = exponentBits >= LEAST_EXPONENT_BITS && exponentBits <= MOST_EXPONENT_BITS;
  return isOdd && isOrdinary && bits >= RSA_BITS.least && bits <= RSA_BITS.most;
}
