import { CloisterError } from '@cloister/wire';
import { type Certificate, readCertificate } from '../certificate/certificate.ts';
import { refused } from '../refused.ts';
import { isSignedBy } from './is-signed-by.ts';
import { type CertificatePurpose, isFor } from './purpose.ts';
import { mayHaveIssued, rootRules } from './root-rules.ts';
import { firstBroken } from './rule.ts';
import { isValidAt } from './validity.ts';

/**
 * The accepted root that signed the leaf. There is nothing in between (R364), so that every path length is honoured. A
 * root that cannot be read, such as an old one in a system's store, is no reason to trust or to refuse anything.
 * @throws CloisterError `certs/…`, with what is wrong with a root that bears the issuer's name
 */
export async function issuingRoot(
  leaf: Certificate,
  roots: readonly Uint8Array[],
  { purpose, now }: { readonly purpose: CertificatePurpose; readonly now: number },
): Promise<Certificate> {
  let reason = refused('certs/untrusted', 'the certificate does not lead to a trusted root');
  for (const der of roots) {
    const root = readable(der);
    if (root === null || !mayHaveIssued(root, leaf)) continue;
    const fault = faultOf(root, purpose, now);
    if (fault !== null) reason = fault;
    else if (await isSignedBy(leaf, root.publicKey)) return root;
  }
  throw reason;
}

function faultOf(root: Certificate, purpose: CertificatePurpose, now: number): CloisterError | null {
  const broken = firstBroken(rootRules, root);
  if (broken !== null) return refused('certs/outside-profile', `the root ${broken}`);
  if (!isValidAt(root, now)) return refused('certs/not-valid-now', 'the root is not valid at this time');
  if (!isFor(root, purpose)) return refused('certs/wrong-purpose', `the root is not for ${purpose}s`);
  return null;
}

function readable(der: Uint8Array): Certificate | null {
  try {
    return readCertificate(der);
  } catch (error) {
    if (error instanceof CloisterError) return null;
    throw error;
  }
}
