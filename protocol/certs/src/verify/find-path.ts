import type { Certificate } from './certificate.ts';
import { refused } from './refused.ts';
import { isSignedBy } from './signature.ts';

/** More intermediates than any real chain; bounds the work a hostile list can cause. */
const MAX_SIGNATURES = 32;

export interface PathInput {
  readonly leaf: Certificate;
  readonly intermediates: readonly Certificate[];
  readonly roots: readonly Certificate[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * RFC 5280 §6.1 for our profile: from the leaf to one of the given roots, each link signed, in its validity, allowed
 * to sign certificates, and within every path length above it.
 * @throws CloisterError `kms/invalid-certificate`
 */
export async function findPath(input: PathInput): Promise<readonly Certificate[]> {
  const { leaf, now } = input;
  if (!isValidAt(leaf, now)) throw refused('the certificate is not valid at this time');
  if (leaf.isCa) throw refused('the certificate is an authority, not a server');
  if (!leaf.isForServers) throw refused('the certificate is not for servers');
  if (input.roots.length === 0) throw refused('no root is trusted');
  const budget = { left: MAX_SIGNATURES };
  const path = await extend([leaf], input, budget);
  if (path === null) throw refused('the certificate does not lead to a trusted root');
  return path;
}

async function extend(
  path: readonly Certificate[],
  input: PathInput,
  budget: { left: number },
): Promise<readonly Certificate[] | null> {
  const last = path.at(-1);
  if (last === undefined) return null;
  for (const root of input.roots) {
    if (await links(last, root, path, input.now, budget)) return [...path, root];
  }
  for (const issuer of input.intermediates) {
    if (path.includes(issuer) || !issuer.isForServers) continue;
    if (!(await links(last, issuer, path, input.now, budget))) continue;
    const found = await extend([...path, issuer], input, budget);
    if (found !== null) return found;
  }
  return null;
}

async function links(
  subject: Certificate,
  issuer: Certificate,
  path: readonly Certificate[],
  now: number,
  budget: { left: number },
): Promise<boolean> {
  if (issuer.subject !== subject.issuer || !issuer.isCa || !issuer.maySignCertificates) return false;
  if (!isValidAt(issuer, now) || !allowsLength(issuer, path)) return false;
  budget.left -= 1;
  return budget.left >= 0 && isSignedBy(subject, issuer);
}

const isValidAt = ({ notBefore, notAfter }: Certificate, now: number): boolean => notBefore <= now && now <= notAfter;

/** RFC 5280 §4.2.1.9: "the maximum number of non-self-issued intermediate certificates that may follow". */
function allowsLength({ pathLength }: Certificate, path: readonly Certificate[]): boolean {
  const followers = path.slice(1).filter(({ subject, issuer }) => subject !== issuer);
  return pathLength === null || followers.length <= pathLength;
}
