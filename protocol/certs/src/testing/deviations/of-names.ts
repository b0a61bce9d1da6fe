import { CRITICAL, commonName, drop, extension, put } from '../certificate-draft.ts';
import { type Bytes, bmp, bytes, ia5, printable, sequence, teletex, tlv, utf8 } from '../der-writer.ts';
import { dnsName, HOST, type Scene } from '../scene.ts';
import { slot } from './deviation.ts';

const san =
  (...names: readonly Bytes[]) =>
  ({ leaf }: Scene): void =>
    put(leaf, extension('subjectAltName', sequence(...names)));
const email = tlv(0x81, Buffer.from('a@acme.example'));
const address = tlv(0x87, Uint8Array.of(192, 0, 2, 1));
const uri = tlv(0x86, Buffer.from(`https://${HOST}`));

/** Without an alternative name; the subject has these common names. */
const cn =
  (...names: readonly Bytes[]) =>
  ({ leaf }: Scene): void => {
    drop(leaf, 'subjectAltName');
    leaf.subject = sequence(...names.map(commonName));
  };
/** With this alternative name and the host as the common name. */
const cnBeside =
  (...names: readonly Bytes[]) =>
  (scene: Scene): void => {
    san(...names)(scene);
    scene.leaf.subject = sequence(commonName(printable(HOST)));
  };

export const ofNames = slot('names', [
  { id: 'the name in upper case', apply: san(dnsName(HOST.toUpperCase())) },
  { id: 'several names', apply: san(dnsName('acme.example'), address, dnsName(HOST), email, uri) },
  { id: 'another name', apply: san(dnsName('kms.globex.example')) },
  { id: 'the parent', apply: san(dnsName('acme.example')) },
  { id: 'a child', apply: san(dnsName(`x.${HOST}`)) },
  { id: 'a trailing dot', apply: san(dnsName(`${HOST}.`)) },
  { id: 'a name with NUL', apply: san(dnsName(`${HOST}\0.evil.example`)) },
  { id: 'a name with a space', apply: san(dnsName(` ${HOST}`)) },
  { id: 'a wildcard', stricter: 'wildcard', apply: san(dnsName('*.acme.example')) },
  { id: 'a wildcard in part', stricter: 'wildcard', apply: san(dnsName('k*.acme.example')) },
  { id: 'a wildcard beside the name', apply: san(dnsName('*.acme.example'), dnsName(HOST)) },
  { id: 'a name as an address of mail', apply: san(tlv(0x81, Buffer.from(HOST))) },
  {
    id: 'a name that is not ASCII beside',
    stricter: 'form of RFC 5280',
    apply: san(dnsName(HOST), tlv(0x82, Uint8Array.of(0xe9))),
  },
  { id: 'an empty name beside', stricter: 'form of RFC 5280', apply: san(dnsName(HOST), dnsName('')) },
  { id: 'an unknown kind of name', apply: san(dnsName(HOST), tlv(0x89, Uint8Array.of(1))) },
  { id: 'no names in the extension', apply: san() },
  {
    id: 'alternative names that are critical',
    apply: ({ leaf }) => put(leaf, extension('subjectAltName', sequence(dnsName(HOST)), CRITICAL)),
  },
  {
    id: 'alternative names that are no DER',
    apply: ({ leaf }) => put(leaf, extension('subjectAltName', bytes(Buffer.from(HOST)))),
  },
  { id: 'a common name alone', apply: cn(printable(HOST)) },
  { id: 'a common name in upper case', apply: cn(utf8(HOST.toUpperCase())) },
  { id: 'a common name in IA5', apply: cn(ia5(HOST)) },
  { id: 'two common names', apply: cn(printable('x'), printable(HOST)) },
  { id: 'another common name', apply: cn(printable('kms.globex.example')) },
  { id: 'a common name with the Kelvin sign', apply: cn(utf8(HOST.replace('k', '\u212a'))) },
  { id: 'a wildcard as the common name', stricter: 'wildcard', apply: cn(printable('*.acme.example')) },
  { id: 'a common name in BMPString', stricter: 'common name in an old string', apply: cn(bmp(HOST)) },
  { id: 'a common name in TeletexString', stricter: 'common name in an old string', apply: cn(teletex(HOST)) },
  { id: 'a common name beside another name', apply: cnBeside(dnsName('kms.globex.example')) },
  { id: 'a common name beside an address', stricter: 'common name beside other names', apply: cnBeside(address) },
  { id: 'a common name beside an address of mail', stricter: 'common name beside other names', apply: cnBeside(email) },
  {
    id: 'no subject and critical names',
    apply: ({ leaf }) => {
      leaf.subject = sequence();
      put(leaf, extension('subjectAltName', sequence(dnsName(HOST)), CRITICAL));
    },
  },
  {
    id: 'no subject',
    apply: ({ leaf }) => {
      leaf.subject = sequence();
    },
  },
]);
