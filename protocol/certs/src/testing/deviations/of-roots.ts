import { CRITICAL, draftOf, drop, extension, nameOf, put, signerOf, spkiOf } from '../certificate-draft.ts';
import { boolean, bytes, integer, NULL, octets, sequence, utcTime } from '../der-writer.ts';
import { keyOf } from '../key-pool.ts';
import {
  authorityKeyIdentifier,
  KEY_CERT_SIGN,
  keyUsage,
  PURPOSES,
  purposes,
  ROOT_NAME,
  type Scene,
} from '../scene.ts';
import { type Deviation, slot } from './deviation.ts';
import { permitted } from './of-extensions.ts';

const WRONG = Uint8Array.from({ length: 20 }, () => 9);
const constraints =
  (value: readonly Uint8Array[], critical = CRITICAL) =>
  ({ root }: Scene): void =>
    put(root, extension('basicConstraints', sequence(...value), critical));
const eku =
  (...oids: readonly string[]) =>
  ({ root }: Scene): void =>
    put(root, extension('extendedKeyUsage', purposes(...oids)));

/** Another root of the same name, in order but for the key. */
function namesake({ root }: Scene, identifier: Uint8Array<ArrayBuffer>) {
  const key = keyOf('other', 'P-256');
  const other = draftOf({ subject: ROOT_NAME, issuer: ROOT_NAME, key, signer: signerOf(key, 'sha256') });
  other.extensions = root.extensions.filter(({ id }) => id !== 'subjectKeyIdentifier');
  put(other, extension('subjectKeyIdentifier', octets(identifier)));
  return other;
}

export const ofRoots: readonly Deviation[] = [
  ...slot('root', [
    { id: 'a root without basic constraints', apply: ({ root }) => drop(root, 'basicConstraints') },
    { id: 'a root whose basic constraints are not critical', apply: constraints([boolean(0xff)], bytes()) },
    { id: 'a root that is no authority', apply: constraints([]) },
    { id: 'a root without a limit of paths', apply: constraints([boolean(0xff)]) },
    { id: 'a root with paths of 3', apply: constraints([boolean(0xff), integer(3)]) },
    { id: 'a root with paths of 70000', apply: constraints([boolean(0xff), integer(1, 0x11, 0x70)]) },
    { id: 'a root with paths of -1', apply: constraints([boolean(0xff), integer(0xff)]) },
    { id: 'a root without key usage', apply: ({ root }) => drop(root, 'keyUsage') },
    {
      id: 'a root that may not sign certificates',
      apply: ({ root }) => put(root, extension('keyUsage', keyUsage(1, 0x02), CRITICAL)),
    },
    {
      id: 'a root whose key usage is not critical',
      apply: ({ root }) => put(root, extension('keyUsage', KEY_CERT_SIGN)),
    },
    { id: 'a root that identifies no key', apply: ({ root }) => drop(root, 'subjectKeyIdentifier') },
    {
      id: 'a root whose key identifier is critical',
      apply: ({ root }) =>
        put(
          root,
          extension(
            'subjectKeyIdentifier',
            root.extensions.find(({ id }) => id === 'subjectKeyIdentifier')?.value ?? NULL,
            CRITICAL,
          ),
        ),
    },
    {
      id: 'a root that another key signed, by its identifier',
      apply: ({ root }) => put(root, extension('authorityKeyIdentifier', authorityKeyIdentifier(WRONG))),
    },
    { id: 'a root with a critical extension', apply: ({ root }) => put(root, extension('unknown', NULL, CRITICAL)) },
    { id: 'a root for both ends', apply: eku(PURPOSES.server, PURPOSES.client) },
    { id: 'a root for servers', apply: eku(PURPOSES.server) },
    { id: 'a root for clients', apply: eku(PURPOSES.client) },
    {
      id: 'a root that limits names',
      stricter: 'name constraints',
      apply: ({ root }) => put(root, extension('nameConstraints', permitted, CRITICAL)),
    },
    {
      id: 'a root with serial number zero',
      stricter: 'form of RFC 5280',
      apply: ({ root }) => {
        root.serial = integer(0);
      },
    },
    {
      id: 'a root of version 1',
      apply: ({ root }) => {
        root.version = bytes();
        root.wrapExtensions = null;
      },
    },
    {
      id: 'a root whose own signature is wrong',
      apply: ({ root }) => {
        root.changeSignature = (signature) => signature.map((byte) => byte ^ 1);
      },
    },
    {
      id: 'an expired root',
      apply: ({ root }) => {
        root.notAfter = utcTime('261122075959Z');
      },
    },
    {
      id: 'a root that is not yet valid',
      apply: ({ root }) => {
        root.notBefore = utcTime('261122080001Z');
      },
    },
    {
      id: 'an intermediate in place of a root',
      apply: ({ root }) => {
        root.issuer = nameOf('Acme Top');
      },
    },
  ]),
  ...slot('accepted roots', [
    {
      id: 'only a root of the same name',
      apply: (scene) => {
        scene.isRootAccepted = false;
        scene.before = [namesake(scene, WRONG)];
      },
    },
    {
      id: 'a root of the same name before it',
      apply: (scene) => {
        scene.before = [namesake(scene, WRONG)];
      },
    },
    {
      id: 'a root with another key of the same name and identifier',
      apply: (scene) => {
        const own = scene.root.extensions.find(({ id }) => id === 'subjectKeyIdentifier')?.value ?? NULL;
        scene.isRootAccepted = false;
        scene.before = [namesake(scene, Uint8Array.from(own.subarray(2)))];
      },
    },
    {
      id: 'the leaf in place of a root',
      alone: true,
      apply: (scene) => {
        scene.isRootAccepted = false;
        scene.before = [scene.leaf];
      },
    },
    {
      id: 'the leaf beside the root',
      alone: true,
      apply: (scene) => {
        scene.before = [scene.leaf];
      },
    },
    {
      id: 'a root with the key of another',
      apply: ({ root }) => {
        root.spki = spkiOf(keyOf('other', 'P-256'));
      },
    },
  ]),
];
