import { children, type Der, hex, readDer, TAG } from '../../der/der.ts';
import { unreadable } from '../../refused.ts';

/** Which key signed a certificate (RFC 5280 §4.2.1.1), each part in hex or null. */
export interface AuthorityKeyIdentifier {
  readonly keyIdentifier: string | null;
  /** The directory name of the issuer's own issuer, and the issuer's serial number. */
  readonly issuer: string | null;
  readonly serialNumber: string | null;
}

export function readAuthorityKeyIdentifier(value: Uint8Array<ArrayBuffer>): AuthorityKeyIdentifier {
  const parts = [...children(readDer(value, TAG.sequence))];
  const take = (tag: number): Der | undefined => (parts[0]?.tag === tag ? parts.shift() : undefined);
  const [keyIdentifier, issuer, serial] = [take(0x80), take(0xa1), take(0x82)];
  // "authorityCertIssuer and authorityCertSerialNumber MUST both be present or both be absent".
  if (parts.length > 0 || (issuer === undefined) !== (serial === undefined)) throw unreadable();
  return {
    keyIdentifier: keyIdentifier === undefined ? null : hex(keyIdentifier.content),
    issuer: issuer === undefined ? null : directoryName(issuer),
    serialNumber: serial === undefined ? null : hex(serial.content),
  };
}

/** The only GeneralName that can name an issuer here: directoryName, [4]. */
function directoryName(names: Der): string {
  const [only, ...rest] = children(names);
  if (only?.tag !== 0xa4 || rest.length > 0) throw unreadable();
  return hex(only.content);
}

export const readSubjectKeyIdentifier = (value: Uint8Array<ArrayBuffer>): string =>
  hex(readDer(value, TAG.octetString).content);
