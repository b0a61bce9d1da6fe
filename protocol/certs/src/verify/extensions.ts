import { children, type Der, expectTag, hex, readDer, TAG, unreadable, unsignedOf } from './der.ts';
import { refused } from './refused.ts';

/** What a certificate's extensions say (RFC 5280 §4.2.1). */
export interface Extensions {
  readonly isCa: boolean;
  /** How many intermediates may follow; null is no limit. */
  readonly pathLength: number | null;
  /** Whether key usage, when stated, lets the key sign certificates. */
  readonly maySignCertificates: boolean;
  /** Whether the certificate, when it states purposes, is for servers. */
  readonly isForServers: boolean;
  /** The DNS names of the subject alternative name; null when there is no such extension. */
  readonly dnsNames: readonly string[] | null;
  readonly isNameCritical: boolean;
}

const OID = {
  subjectKeyIdentifier: '551d0e',
  keyUsage: '551d0f',
  subjectAltName: '551d11',
  basicConstraints: '551d13',
  nameConstraints: '551d1e',
  authorityKeyIdentifier: '551d23',
  extendedKeyUsage: '551d25',
} as const;
const MAY_BE_CRITICAL: readonly string[] = [
  OID.keyUsage,
  OID.subjectAltName,
  OID.basicConstraints,
  OID.extendedKeyUsage,
];
const SERVER_AUTH = '2b06010505070301';
const ANY_PURPOSE = '551d2500';
/** dNSName in GeneralName is [2]. */
const DNS_NAME = 0x82;

interface Extension {
  readonly critical: boolean;
  readonly value: Uint8Array<ArrayBuffer>;
}

export function readExtensions(list: Der): Extensions {
  const found = new Map<string, Extension>();
  for (const entry of children(list)) {
    const [id, ...rest] = children(entry, TAG.sequence);
    const oid = hex(expectTag(id, TAG.oid).content);
    if (found.has(oid)) throw refused('a certificate repeats an extension');
    found.set(oid, readExtension(rest));
  }
  if (found.has(OID.nameConstraints)) throw refused('a certificate limits names, which cannot be checked here');
  for (const [oid, { critical }] of found) {
    // RFC 5280 §4.2: "MUST reject the certificate if it encounters a critical extension it does not recognize".
    if (critical && !MAY_BE_CRITICAL.includes(oid))
      throw refused('a certificate has a critical extension unknown here');
  }
  const constraints = readConstraints(found.get(OID.basicConstraints));
  const usage = readUsage(found.get(OID.keyUsage));
  // RFC 5280 §4.2.1.9: only an authority "MUST NOT assert the keyCertSign bit" otherwise.
  if (usage === true && !constraints.isCa) throw refused('a certificate may sign others but is no authority');
  const names = found.get(OID.subjectAltName);
  return {
    ...constraints,
    maySignCertificates: usage ?? true,
    isForServers: readPurpose(found.get(OID.extendedKeyUsage)),
    dnsNames: names === undefined ? null : readDnsNames(names),
    isNameCritical: names?.critical ?? false,
  };
}

function readExtension(parts: readonly Der[]): Extension {
  const [first, second] = parts;
  if (first?.tag !== TAG.boolean) {
    if (parts.length !== 1) throw unreadable();
    return { critical: false, value: expectTag(first, TAG.octetString).content };
  }
  // DER writes only TRUE, since FALSE is the default (X.690 §11.1, §11.5).
  if (hex(first.content) !== 'ff' || parts.length !== 2) throw unreadable();
  return { critical: true, value: expectTag(second, TAG.octetString).content };
}

function readConstraints(extension: Extension | undefined): { isCa: boolean; pathLength: number | null } {
  if (extension === undefined) return { isCa: false, pathLength: null };
  const [ca, length, ...rest] = children(readDer(extension.value, TAG.sequence));
  // Without an authority there is no path, so a length here says nothing.
  if (ca === undefined || ca.tag === TAG.integer) return { isCa: false, pathLength: null };
  if (ca.tag !== TAG.boolean || hex(ca.content) !== 'ff' || rest.length > 0) throw unreadable();
  // RFC 5280 §4.2.1.9: in an authority's certificate this extension is critical.
  if (!extension.critical) throw refused("an authority's certificate does not insist on being one");
  if (length === undefined) return { isCa: true, pathLength: null };
  const [value = 0, ...more] = unsignedOf(length);
  return { isCa: true, pathLength: more.length > 0 ? 0xff : value };
}

/** Whether the keyCertSign bit (5) is set; null without the extension. */
function readUsage(extension: Extension | undefined): boolean | null {
  if (extension === undefined) return null;
  const { content } = readDer(extension.value, TAG.bitString);
  const [unused = 8, bits] = content;
  if (unused > 7 || bits === undefined) throw unreadable();
  return (bits & 0b0000_0100) !== 0;
}

function readPurpose(extension: Extension | undefined): boolean {
  if (extension === undefined) return true;
  const purposes = children(readDer(extension.value, TAG.sequence)).map((id) => hex(expectTag(id, TAG.oid).content));
  return purposes.includes(SERVER_AUTH) || purposes.includes(ANY_PURPOSE);
}

function readDnsNames({ value }: Extension): readonly string[] {
  const names = children(readDer(value, TAG.sequence));
  if (names.length === 0) throw unreadable();
  // Every GeneralName is context-specific, [0] to [8] (RFC 5280 §4.2.1.6).
  if (names.some(({ tag }) => (tag & 0xc0) !== 0x80 || (tag & 0x1f) > 8)) throw unreadable();
  return names.filter(({ tag }) => tag === DNS_NAME).map(({ content }) => String.fromCharCode(...content));
}
