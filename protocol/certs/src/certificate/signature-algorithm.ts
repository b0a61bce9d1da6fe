import { children, type Der, oidOf, TAG } from '../der/der.ts';

/** How a certificate was signed. */
export interface SignatureAlgorithm {
  readonly key: 'RSA' | 'EC';
  readonly hash: 'SHA-256' | 'SHA-384' | 'SHA-512';
}

/** The algorithms still trusted, by OID. SHA-1 and MD5 are not here, nor is RSASSA-PSS, which no issuer needs. */
const ALGORITHMS: Readonly<Record<string, SignatureAlgorithm>> = {
  '2a864886f70d01010b': { key: 'RSA', hash: 'SHA-256' },
  '2a864886f70d01010c': { key: 'RSA', hash: 'SHA-384' },
  '2a864886f70d01010d': { key: 'RSA', hash: 'SHA-512' },
  '2a8648ce3d040302': { key: 'EC', hash: 'SHA-256' },
  '2a8648ce3d040303': { key: 'EC', hash: 'SHA-384' },
  '2a8648ce3d040304': { key: 'EC', hash: 'SHA-512' },
};

/** Null for an algorithm that proves nothing here. @throws CloisterError `certs/unreadable` */
export function readSignatureAlgorithm(der: Der | undefined): SignatureAlgorithm | null {
  const [id, ...parameters] = children(der, TAG.sequence);
  const algorithm = ALGORITHMS[oidOf(id)] ?? null;
  if (algorithm === null || parameters.length === 0) return algorithm;
  // RFC 4055 §5: for RSA they are NULL, and "MUST accept the parameters being absent"; RFC 5758 §3.2: for ECDSA they are absent.
  const isNull = parameters.length === 1 && parameters[0]?.tag === TAG.null && parameters[0].content.length === 0;
  return algorithm.key === 'RSA' && isNull ? algorithm : null;
}
