import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { type CertificatePurpose, checkTlsCertificate, type SpkiFingerprint } from '@cloister/certs';
import { CloisterError, isKmsHost, type KmsHost } from '@cloister/wire';
import type { Directory } from '../directory.ts';
import type { TlsIdentity } from './tls-identity.ts';

/** A key server that proved its name: what a connection stands for. */
export type ProvenPeer = {
  readonly kmsHost: KmsHost;
  /** Of its certificate's key. */
  readonly fingerprint: SpkiFingerprint;
  /** When its certificate runs out, in milliseconds since 1970. */
  readonly expiresAt: number;
};

export type Judging = {
  readonly directory: Directory;
  readonly roots: TlsIdentity['roots'];
  readonly now: number;
  /** What the peer is in this connection. */
  readonly purpose: CertificatePurpose;
  /** Whom we called; null for who calls us. */
  readonly expected: KmsHost | null;
};

/**
 * Who is at the other end of a TLS connection: the one realm of the directory that its certificate names, by the whole
 * profile (R363, R364). That Node found the chain in order is required too, and is not enough.
 * @throws CloisterError `kms/peer-untrusted`, `kms/peer-unknown`, `certs/…`
 */
export const judgePeer = async (socket: TLSSocket, judging: Judging): Promise<ProvenPeer> => {
  const { directory, roots, now, purpose, expected } = judging;
  const certificate = socket.getPeerX509Certificate();
  const isPlain = socket.authorized && socket.alpnProtocol === 'http/1.1' && !socket.isSessionReused();
  if (!isPlain || certificate === undefined) throw new CloisterError('kms/peer-untrusted');
  const kmsHost = expected ?? knownNameOf(certificate, directory);
  if (kmsHost === null || directory.realm(kmsHost) === null) throw new CloisterError('kms/peer-unknown');
  const checked = await checkTlsCertificate({ certificate: certificate.raw, names: [kmsHost], purpose, roots, now });
  return { kmsHost, fingerprint: checked.fingerprint, expiresAt: checked.expiresAt };
};

/**
 * The one name in the certificate that the directory has; null for none and for several, where nothing would say which
 * realm asks. What is read here is only a claim: `checkTlsCertificate` reads the certificate itself.
 */
const knownNameOf = ({ subjectAltName = '' }: X509Certificate, directory: Directory): KmsHost | null => {
  const names = subjectAltName.split(', ').flatMap((name) => (name.startsWith('DNS:') ? [name.slice(4)] : []));
  const known = [...new Set(names.filter(isKmsHost))].filter((name) => directory.realm(name) !== null);
  return known.length === 1 ? (known[0] ?? null) : null;
};
