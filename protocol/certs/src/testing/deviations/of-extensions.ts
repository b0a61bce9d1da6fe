import { CRITICAL, drop, extension, put } from '../certificate-draft.ts';
import {
  type Bytes,
  boolean,
  bytes,
  contentOf,
  ia5,
  integer,
  NULL,
  octets,
  oid,
  sequence,
  tlv,
  utf8,
} from '../der-writer.ts';
import { authorityKeyIdentifier, dnsName, ROOT_NAME, type Scene } from '../scene.ts';
import { type Deviation, slot } from './deviation.ts';

const WRONG = Uint8Array.from({ length: 20 }, () => 7);
/** The identifier that the leaf has of the root's key, as it stands there. */
const identifier = ({ leaf }: Scene): Bytes => {
  const value = leaf.extensions.find(({ id }) => id === 'authorityKeyIdentifier')?.value ?? bytes();
  return value.subarray(2);
};
const aki =
  (make: (scene: Scene) => Bytes, critical = bytes()) =>
  (scene: Scene): void =>
    put(scene.leaf, extension('authorityKeyIdentifier', make(scene), critical));
const issuer = tlv(0xa1, tlv(0xa4, ROOT_NAME));
const otherIssuer = tlv(0xa1, tlv(0xa4, sequence()));
const serial = tlv(0x82, Uint8Array.of(0x4d, 1, 2, 3));
const otherSerial = tlv(0x82, Uint8Array.of(0x4d, 1, 2, 4));

const policies = sequence(sequence(oid('2.5.29.32.0')));
const distribution = sequence(sequence(tlv(0xa0, tlv(0xa0, tlv(0x86, Buffer.from('http://acme.example/crl'))))));
export const permitted = sequence(tlv(0xa0, sequence(dnsName('acme.example'))));

export const ofExtensions: readonly Deviation[] = [
  ...slot('authority key identifier', [
    { id: 'no authority key identifier', apply: ({ leaf }) => drop(leaf, 'authorityKeyIdentifier') },
    { id: 'another authority key identifier', apply: aki(() => authorityKeyIdentifier(WRONG)) },
    { id: 'an empty authority key identifier', apply: aki(() => sequence()) },
    {
      id: 'an authority key identifier that is critical',
      apply: aki((scene) => sequence(identifier(scene)), CRITICAL),
    },
    { id: 'issuer and serial number too', apply: aki((scene) => sequence(identifier(scene), issuer, serial)) },
    { id: 'issuer and serial number alone', apply: aki(() => sequence(issuer, serial)) },
    { id: 'the serial number of another', apply: aki((scene) => sequence(identifier(scene), issuer, otherSerial)) },
    { id: 'the issuer of another', apply: aki((scene) => sequence(identifier(scene), otherIssuer, serial)) },
    {
      id: 'an issuer without a serial number',
      stricter: 'form of RFC 5280',
      apply: aki((scene) => sequence(identifier(scene), issuer)),
    },
    {
      id: 'an issuer that is no directory name',
      stricter: 'form of RFC 5280',
      apply: aki((scene) => sequence(identifier(scene), tlv(0xa1, dnsName('acme.example')), serial)),
    },
    { id: 'an authority key identifier that says more', apply: aki((scene) => sequence(identifier(scene), NULL)) },
  ]),
  ...slot('subject key identifier', [
    { id: 'no subject key identifier', apply: ({ leaf }) => drop(leaf, 'subjectKeyIdentifier') },
    {
      id: 'a subject key identifier that is critical',
      apply: ({ leaf }) => put(leaf, extension('subjectKeyIdentifier', octets(WRONG), CRITICAL)),
    },
    {
      id: 'a subject key identifier of its own making',
      apply: ({ leaf }) => put(leaf, extension('subjectKeyIdentifier', octets(WRONG))),
    },
    {
      id: 'a subject key identifier that is no octet string',
      apply: ({ leaf }) => put(leaf, extension('subjectKeyIdentifier', utf8('x'))),
    },
  ]),
  ...slot('another extension', [
    { id: 'an unknown extension', apply: ({ leaf }) => put(leaf, extension('unknown', NULL)) },
    {
      id: 'an unknown extension that is critical',
      apply: ({ leaf }) => put(leaf, extension('unknown', NULL, CRITICAL)),
    },
    {
      id: 'an unknown extension twice',
      stricter: 'form of RFC 5280',
      apply: ({ leaf }) => leaf.extensions.push(extension('unknown', NULL), extension('unknown', NULL)),
    },
    {
      id: 'names twice',
      apply: ({ leaf }) => leaf.extensions.push(extension('subjectAltName', sequence(dnsName('x.example')))),
    },
    {
      id: 'critical as FALSE written out',
      stricter: 'strict DER',
      apply: ({ leaf }) => put(leaf, extension('unknown', NULL, boolean(0))),
    },
    { id: 'policies', apply: ({ leaf }) => put(leaf, extension('certificatePolicies', policies)) },
    {
      id: 'policies that are critical',
      stricter: 'critical extension',
      apply: ({ leaf }) => put(leaf, extension('certificatePolicies', policies, CRITICAL)),
    },
    {
      id: 'places of revocation lists',
      apply: ({ leaf }) => put(leaf, extension('crlDistributionPoints', distribution)),
    },
    {
      id: 'places of revocation lists that are critical',
      stricter: 'critical extension',
      apply: ({ leaf }) => put(leaf, extension('crlDistributionPoints', distribution, CRITICAL)),
    },
    {
      id: 'name constraints in a leaf',
      stricter: 'name constraints',
      apply: ({ leaf }) => put(leaf, extension('nameConstraints', permitted)),
    },
    {
      id: 'name constraints in a leaf that are critical',
      stricter: 'name constraints',
      apply: ({ leaf }) => put(leaf, extension('nameConstraints', permitted, CRITICAL)),
    },
    {
      id: 'an extension that says more',
      apply: ({ leaf }) => {
        const more = sequence(oid('1.2.3.4'), CRITICAL, octets(NULL), octets(NULL));
        leaf.wrapExtensions = (list) => tlv(0xa3, sequence(more, contentOf(list)));
      },
    },
    {
      id: 'an extension with a text in place of its identifier',
      apply: ({ leaf }) => {
        leaf.wrapExtensions = (list) => tlv(0xa3, sequence(sequence(ia5('x'), octets(NULL)), contentOf(list)));
      },
    },
    {
      id: 'no extensions',
      apply: ({ leaf }) => {
        leaf.wrapExtensions = null;
      },
    },
    {
      id: 'a number after the extensions',
      apply: ({ leaf }) => {
        leaf.wrapExtensions = (list) => bytes(tlv(0xa3, list), integer(1));
      },
    },
  ]),
];
