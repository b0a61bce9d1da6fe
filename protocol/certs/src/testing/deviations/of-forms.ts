import { commonName, nameOf } from '../certificate-draft.ts';
import {
  type Bytes,
  bytes,
  contentOf,
  generalizedTime,
  integer,
  oid,
  sequence,
  set,
  tlv,
  utcTime,
  utf8,
} from '../der-writer.ts';
import { NOW, ROOT_NAME, type Scene } from '../scene.ts';
import { type Deviation, slot } from './deviation.ts';

const from =
  (time: Bytes) =>
  ({ leaf }: Scene): void => {
    leaf.notBefore = time;
  };
const until =
  (time: Bytes) =>
  ({ leaf }: Scene): void => {
    leaf.notAfter = time;
  };
const serial =
  (...value: readonly number[]) =>
  ({ leaf }: Scene): void => {
    leaf.serial = integer(...value);
  };
const whole =
  (change: (certificate: Bytes) => Bytes) =>
  ({ leaf }: Scene): void => {
    leaf.changeWhole = change;
  };

export const ofForms: readonly Deviation[] = [
  ...slot('validity', [
    { id: 'expired', apply: until(utcTime('261122075959Z')) },
    { id: 'in its last second but one', apply: until(utcTime('261122080001Z')) },
    { id: 'not yet valid', apply: from(utcTime('261122080001Z')) },
    { id: 'in its first second', apply: from(utcTime('261122080000Z')) },
    { id: 'valid until 9999', apply: until(generalizedTime('99991231235959Z')) },
    { id: 'valid from 1950', apply: from(utcTime('500101000000Z')) },
    {
      id: 'GeneralizedTime before 2050',
      stricter: 'form of RFC 5280',
      apply: until(generalizedTime('20270101000000Z')),
    },
    { id: 'a time without seconds', apply: until(utcTime('2701010000Z')) },
    { id: 'a time with fractions', apply: until(generalizedTime('20600101000000.5Z')) },
    { id: 'a time with an offset', apply: until(utcTime('270101000000+0000')) },
    { id: 'a time with no zone', apply: until(generalizedTime('20600101000000')) },
    { id: 'the 30th of February', apply: until(utcTime('270230000000Z')) },
    { id: 'a 13th month', apply: until(utcTime('271301000000Z')) },
    { id: 'a leap second', apply: until(utcTime('270101000060Z')) },
    { id: 'a text in place of a time', apply: until(utf8('270101000000Z')) },
    {
      id: 'asked before',
      apply: (scene) => {
        scene.now = NOW - 3 * 365 * 86_400;
      },
    },
    {
      id: 'asked after',
      apply: (scene) => {
        scene.now = NOW + 3 * 365 * 86_400;
      },
    },
  ]),
  ...slot('serial number', [
    { id: 'serial number zero', stricter: 'form of RFC 5280', apply: serial(0) },
    { id: 'a negative serial number', stricter: 'form of RFC 5280', apply: serial(0x80, 1) },
    { id: 'a serial number of 20 octets', apply: serial(...Array(20).fill(1)) },
    { id: 'a serial number of 21 octets', stricter: 'form of RFC 5280', apply: serial(...Array(21).fill(1)) },
    { id: 'a padded serial number', apply: serial(0, 1) },
    { id: 'no octets of a serial number', apply: serial() },
  ]),
  ...slot('version', [
    {
      id: 'version 2',
      apply: ({ leaf }) => {
        leaf.version = tlv(0xa0, integer(1));
      },
    },
    {
      id: 'version 4',
      stricter: 'form of RFC 5280',
      apply: ({ leaf }) => {
        leaf.version = tlv(0xa0, integer(3));
      },
    },
    {
      id: 'unique identifiers',
      stricter: 'form of RFC 5280',
      apply: ({ leaf }) => {
        leaf.uniqueIds = bytes(tlv(0x81, Uint8Array.of(0, 1)), tlv(0x82, Uint8Array.of(0, 2)));
      },
    },
    {
      id: 'version 1',
      stricter: 'form of RFC 5280',
      apply: ({ leaf }) => {
        leaf.version = bytes();
        leaf.wrapExtensions = null;
        leaf.subject = nameOf('kms.acme.example');
      },
    },
  ]),
  ...slot('issuer', [
    {
      id: 'an issuer in other letters',
      stricter: 'names compare as bytes',
      apply: ({ leaf }) => {
        leaf.issuer = bytes(
          Buffer.from(Buffer.from(ROOT_NAME).toString('latin1').replace('Acme Root', 'ACME root'), 'latin1'),
        );
      },
    },
    {
      id: 'an issuer in another string',
      stricter: 'names compare as bytes',
      apply: ({ root }) => {
        root.subject = root.issuer = sequence(
          ROOT_NAME.subarray(2, 2 + 2 + (ROOT_NAME[3] ?? 0)),
          commonName(utf8('Acme Root')),
        );
      },
    },
    {
      id: 'another issuer',
      apply: ({ leaf }) => {
        leaf.issuer = nameOf('Acme Roof');
      },
    },
    {
      id: 'no issuer',
      apply: ({ leaf, root }) => {
        leaf.issuer = root.subject = root.issuer = sequence();
      },
    },
    {
      id: 'a subject that is the issuer',
      stricter: 'authority at the end',
      apply: ({ leaf }) => {
        leaf.subject = leaf.issuer;
      },
    },
    {
      id: 'a part of the subject that says more',
      apply: ({ leaf }) => {
        leaf.subject = sequence(set(sequence(oid('2.5.4.3'), utf8('x'), utf8('y'))), contentOf(leaf.subject));
      },
    },
    {
      id: 'an empty part of the subject',
      stricter: 'form of RFC 5280',
      apply: ({ leaf }) => {
        leaf.subject = sequence(tlv(0x31), contentOf(leaf.subject));
      },
    },
  ]),
  ...slot('encoding', [
    {
      id: 'a length in more octets than needed',
      stricter: 'strict DER',
      apply: whole((der) => bytes([0x30, 0x83, 0], der.subarray(2))),
    },
    {
      id: 'an indefinite length',
      stricter: 'strict DER',
      apply: whole((der) => bytes([0x30, 0x80], contentOf(der), [0, 0])),
    },
    { id: 'octets after the certificate', stricter: 'strict DER', apply: whole((der) => bytes(der, [0])) },
    { id: 'a certificate cut short', apply: whole((der) => der.subarray(0, -1)) },
    { id: 'no certificate', apply: whole(() => bytes(Buffer.from('certificate'))) },
  ]),
];
