import { CRITICAL, drop, extension, put } from '../certificate-draft.ts';
import { boolean, bytes, integer, sequence } from '../der-writer.ts';
import { keyUsage, PURPOSES, purposes, type Scene } from '../scene.ts';
import { type Deviation, slot } from './deviation.ts';

const ANY_PURPOSE = '2.5.29.37.0';
const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';
/** The "server gated cryptography" of the nineties, which OpenSSL still takes for a server's purpose. */
const SERVER_GATED = '1.3.6.1.4.1.311.10.3.3';
const BOTH = purposes(PURPOSES.server, PURPOSES.client);

const eku =
  (...oids: readonly string[]) =>
  ({ leaf }: Scene): void =>
    put(leaf, extension('extendedKeyUsage', purposes(...oids)));
const usage =
  (unused: number, ...bytes: readonly number[]) =>
  ({ leaf }: Scene): void =>
    put(leaf, extension('keyUsage', keyUsage(unused, ...bytes), CRITICAL));
const constraints =
  (value: readonly Uint8Array[], critical = CRITICAL) =>
  ({ leaf }: Scene): void =>
    put(leaf, extension('basicConstraints', sequence(...value), critical));

export const ofUsage: readonly Deviation[] = [
  ...slot('purpose', [
    { id: 'no purposes', apply: ({ leaf }) => drop(leaf, 'extendedKeyUsage') },
    { id: 'for servers', apply: eku(PURPOSES.server) },
    { id: 'for clients', apply: eku(PURPOSES.client) },
    { id: 'for something else', apply: eku(CODE_SIGNING) },
    { id: 'for anything', apply: eku(ANY_PURPOSE) },
    { id: 'for anything and both', apply: eku(ANY_PURPOSE, PURPOSES.server, PURPOSES.client) },
    { id: 'for servers of the nineties', stricter: 'old purpose', apply: eku(SERVER_GATED) },
    { id: 'an empty list of purposes', apply: eku() },
    {
      id: 'critical as 1',
      stricter: 'strict DER',
      apply: ({ leaf }) => put(leaf, extension('extendedKeyUsage', BOTH, boolean(1))),
    },
    { id: 'purposes that are critical', apply: ({ leaf }) => put(leaf, extension('extendedKeyUsage', BOTH, CRITICAL)) },
  ]),
  ...slot('key usage', [
    { id: 'no key usage', apply: ({ leaf }) => drop(leaf, 'keyUsage') },
    { id: 'key usage that is not critical', apply: ({ leaf }) => put(leaf, extension('keyUsage', keyUsage(7, 0x80))) },
    { id: 'digitalSignature and keyEncipherment', apply: usage(5, 0xa0) },
    { id: 'a second octet of usages', apply: usage(7, 0x80, 0x80) },
    { id: 'keyEncipherment alone', stricter: 'digital signature', apply: usage(5, 0x20) },
    { id: 'keyAgreement alone', stricter: 'digital signature', apply: usage(3, 0x08) },
    { id: 'nonRepudiation alone', apply: usage(6, 0x40) },
    { id: 'keyCertSign in a leaf', apply: usage(2, 0x84) },
    { id: 'cRLSign in a leaf', apply: usage(1, 0x82) },
    { id: 'no usage at all', apply: usage(0) },
    { id: 'zero bits at the end', stricter: 'strict DER', apply: usage(0, 0x80) },
    { id: 'a zero octet at the end', stricter: 'strict DER', apply: usage(0, 0x80, 0) },
    { id: 'three octets of usages', stricter: 'form of RFC 5280', apply: usage(0, 0x80, 0, 1) },
    {
      id: 'key usage that is no bit string',
      apply: ({ leaf }) => put(leaf, extension('keyUsage', integer(1), CRITICAL)),
    },
  ]),
  ...slot('basic constraints', [
    { id: 'no basic constraints', apply: ({ leaf }) => drop(leaf, 'basicConstraints') },
    { id: 'basic constraints that are not critical', apply: constraints([], bytes()) },
    { id: 'a leaf that is an authority', stricter: 'authority at the end', apply: constraints([boolean(0xff)]) },
    { id: 'a leaf that limits paths', apply: constraints([integer(0)]) },
    { id: 'FALSE written out', stricter: 'strict DER', apply: constraints([boolean(0)]) },
    { id: 'TRUE as 1', stricter: 'strict DER', apply: constraints([boolean(1)]) },
    { id: 'basic constraints that say more', apply: constraints([boolean(0xff), integer(0), integer(0)]) },
  ]),
];
