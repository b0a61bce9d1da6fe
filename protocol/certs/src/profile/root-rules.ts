import type { Certificate } from '../certificate/certificate.ts';
import { EXTENSION } from '../certificate/extensions/read-extensions.ts';
import { hex } from '../der/der.ts';
import { commonRules, isAuthority } from './common-rules.ts';
import type { Rule } from './rule.ts';

/** The rules for a root, which is accepted for its key and name; its own signature proves nothing and is not checked. */
export const rootRules: readonly Rule[] = [
  {
    // RFC 5280 §4.2.1.9: an authority's certificate says that it is one, and "MUST mark the extension as critical".
    says: 'does not insist on being an authority',
    isBroken: (certificate) => !isAuthority(certificate) || !certificate.critical.includes(EXTENSION.basicConstraints),
  },
  ...commonRules,
  {
    // RFC 5280 §4.2.1.3: "Conforming CAs MUST include this extension", and here keyCertSign in it.
    says: 'may not sign certificates',
    isBroken: ({ keyUsage }) => !(keyUsage?.includes('keyCertSign') ?? false),
  },
  {
    // RFC 5280 §4.2.1.2: "MUST appear in all conforming CA certificates".
    says: 'does not identify its key',
    isBroken: ({ subjectKeyIdentifier }) => subjectKeyIdentifier === null,
  },
  {
    // R364: what another authority issued is an intermediate, wherever it is kept.
    says: 'is not its own issuer',
    isBroken: (certificate) => !mayHaveIssued(certificate, certificate),
  },
];

/** Whether names and key identifiers let the root be the certificate's issuer (RFC 5280 §6.1.3 (a)(4), §4.2.1.1). */
export function mayHaveIssued(root: Certificate, { issuer, authorityKeyIdentifier }: Certificate): boolean {
  if (root.subject.bytes !== issuer.bytes) return false;
  const { keyIdentifier = null, issuer: above = null, serialNumber = null } = authorityKeyIdentifier ?? {};
  const own = root.subjectKeyIdentifier;
  return (
    (keyIdentifier === null || own === null || keyIdentifier === own) &&
    (above === null || above === root.issuer.bytes) &&
    (serialNumber === null || serialNumber === hex(root.serialNumber))
  );
}
