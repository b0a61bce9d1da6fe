import { children, type Der, expectTag, expectTrue, oidOf, TAG } from '../../der/der.ts';
import { refused, unreadable } from '../../refused.ts';
import { type BasicConstraints, readBasicConstraints } from './basic-constraints.ts';
import { readExtendedKeyUsage } from './extended-key-usage.ts';
import {
  type AuthorityKeyIdentifier,
  readAuthorityKeyIdentifier,
  readSubjectKeyIdentifier,
} from './key-identifiers.ts';
import { type KeyUsage, readKeyUsage } from './key-usage.ts';
import { readDnsNames } from './subject-alt-name.ts';

/** What a certificate's extensions say (RFC 5280 §4.2.1); null where there is no such extension. */
export interface Extensions {
  readonly basicConstraints: BasicConstraints | null;
  readonly keyUsage: readonly KeyUsage[] | null;
  /** OIDs in hex. */
  readonly extendedKeyUsage: readonly string[] | null;
  /** The DNS names of the subject alternative name, which may hold none of them. */
  readonly dnsNames: readonly string[] | null;
  readonly authorityKeyIdentifier: AuthorityKeyIdentifier | null;
  /** In hex. */
  readonly subjectKeyIdentifier: string | null;
  readonly hasNameConstraints: boolean;
  /** OIDs in hex. */
  readonly critical: readonly string[];
}

export const EXTENSION = {
  subjectKeyIdentifier: '551d0e',
  keyUsage: '551d0f',
  subjectAltName: '551d11',
  basicConstraints: '551d13',
  nameConstraints: '551d1e',
  authorityKeyIdentifier: '551d23',
  extendedKeyUsage: '551d25',
} as const;

interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  readonly value: Uint8Array<ArrayBuffer>;
}

/** @throws CloisterError `certs/unreadable`, also for an extension that is there twice */
export function readExtensions(list: readonly Der[]): Extensions {
  const extensions = list.map(readExtension);
  const byOid = new Map(extensions.map((extension) => [extension.oid, extension]));
  // RFC 5280 §4.2: "MUST NOT include more than one instance of a particular extension".
  if (byOid.size !== extensions.length) throw refused('certs/unreadable', 'a certificate repeats an extension');
  const read = <T>(oid: string, reader: (value: Uint8Array<ArrayBuffer>) => T): T | null => {
    const extension = byOid.get(oid);
    return extension === undefined ? null : reader(extension.value);
  };
  return {
    basicConstraints: read(EXTENSION.basicConstraints, readBasicConstraints),
    keyUsage: read(EXTENSION.keyUsage, readKeyUsage),
    extendedKeyUsage: read(EXTENSION.extendedKeyUsage, readExtendedKeyUsage),
    dnsNames: read(EXTENSION.subjectAltName, readDnsNames),
    authorityKeyIdentifier: read(EXTENSION.authorityKeyIdentifier, readAuthorityKeyIdentifier),
    subjectKeyIdentifier: read(EXTENSION.subjectKeyIdentifier, readSubjectKeyIdentifier),
    hasNameConstraints: byOid.has(EXTENSION.nameConstraints),
    critical: extensions.filter(({ critical }) => critical).map(({ oid }) => oid),
  };
}

function readExtension(entry: Der): Extension {
  const [id, ...parts] = children(entry, TAG.sequence);
  const critical = parts.length === 2;
  if (critical) expectTrue(parts[0]);
  const value = parts.at(-1);
  if (parts.length > 2) throw unreadable();
  return { oid: oidOf(id), critical, value: expectTag(value, TAG.octetString).content };
}
