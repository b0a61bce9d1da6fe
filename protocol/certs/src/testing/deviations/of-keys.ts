import { signerOf, spkiOf } from '../certificate-draft.ts';
import { type Bytes, bits, bytes, contentOf, integer, NULL, oid, sequence, tlv } from '../der-writer.ts';
import { type KeyName, type KeyPair, keyOf } from '../key-pool.ts';
import type { Scene } from '../scene.ts';
import { type Deviation, slot } from './deviation.ts';

const EC = '1.2.840.10045.2.1';
const RSA = '1.2.840.113549.1.1.1';
const EXPONENT = integer(1, 0, 1);
const P256 = '1.2.840.10045.3.1.7';
const PSS = '1.2.840.113549.1.1.10';

const leafKey = (name: KeyName) => ({ options: { leafKey: name } });
const rootKey = (name: KeyName) => ({ options: { rootKey: name } });
const spki =
  (make: (scene: Scene) => Bytes) =>
  (scene: Scene): void => {
    scene.leaf.spki = make(scene);
  };
/** The point of a P-256 key, 0x04 and two numbers. */
const point = (): Bytes => spkiOf(keyOf('leaf', 'P-256')).subarray(-65);
const ec = (key: Bytes, parameters: Bytes): Bytes => sequence(sequence(oid(EC), parameters), bits(0, key));
/** The modulus of the RSA key, as an INTEGER. */
const modulus = (): Bytes =>
  tlv(
    0x02,
    Uint8Array.of(0),
    Buffer.from(`${keyOf('leaf', 'RSA 2048').publicKey.export({ format: 'jwk' }).n}`, 'base64url'),
  );
const evened = (number: Bytes): Bytes => number.map((byte, at) => (at === number.length - 1 ? byte & 0xfe : byte));
const rsa = (numbers: readonly Bytes[], parameters = NULL): Bytes =>
  sequence(sequence(oid(RSA), parameters), bits(0, sequence(...numbers)));
const compressed = (): Bytes => bytes([2 + ((point().at(-1) ?? 0) & 1)], point().subarray(1, 33));
const signature =
  (change: (signature: Bytes) => Bytes) =>
  ({ leaf }: Scene): void => {
    leaf.changeSignature = change;
  };
const flipped = (value: Bytes): Bytes => {
  const changed = Uint8Array.from(value);
  changed[value.length - 3] = (value.at(-3) ?? 0) ^ 1;
  return changed;
};

/** The OID in an AlgorithmIdentifier. */
const identifierOf = (algorithm: Bytes): Bytes => algorithm.subarray(2, 4 + (algorithm[3] ?? 0));

/** Another key that signs in the same way. */
function another({ privateKey: { asymmetricKeyType } }: KeyPair): KeyPair {
  if (asymmetricKeyType === 'ec') return keyOf('other', 'P-256');
  return keyOf('other', asymmetricKeyType === 'ed25519' ? 'Ed25519' : 'RSA 2048');
}

export const ofKeys: readonly Deviation[] = [
  ...slot('leaf key', [
    { id: 'a leaf with RSA of 3072 bits', ...leafKey('RSA 3072') },
    { id: 'a leaf with P-521', stricter: 'key', ...leafKey('P-521') },
    { id: 'a leaf with secp256k1', stricter: 'key', ...leafKey('secp256k1') },
    { id: 'a leaf with Ed25519', stricter: 'key', ...leafKey('Ed25519') },
    { id: 'a leaf with RSA of 1024 bits', stricter: 'key', ...leafKey('RSA 1024') },
    { id: 'a leaf with RSA of 2040 bits', stricter: 'key', ...leafKey('RSA 2040') },
    { id: 'a leaf with the exponent 3', stricter: 'key', ...leafKey('RSA 2048 with 3') },
    { id: 'a leaf with a key for RSASSA-PSS alone', stricter: 'key', ...leafKey('RSA-PSS 2048') },
    { id: 'a compressed point', stricter: 'key', apply: spki(() => ec(compressed(), oid(P256))) },
    { id: 'a point off the curve', apply: spki(() => ec(flipped(point()), oid(P256))) },
    { id: 'a point that is too short', apply: spki(() => ec(point().subarray(0, 33), oid(P256))) },
    { id: 'a curve without a name', apply: spki(() => ec(point(), NULL)) },
    {
      id: 'RSA without parameters',
      stricter: 'key',
      apply: spki(() => sequence(sequence(oid(RSA)), bits(0, sequence(modulus(), EXPONENT)))),
    },
    { id: 'RSA with other parameters', stricter: 'key', apply: spki(() => rsa([modulus(), EXPONENT], integer(1))) },
    { id: 'an even modulus', stricter: 'key', apply: spki(() => rsa([evened(modulus()), EXPONENT])) },
    { id: 'an RSA key that says more', apply: spki(() => rsa([modulus(), EXPONENT, EXPONENT])) },
    {
      id: 'a key that says more',
      apply: spki(() => sequence(sequence(oid(EC), oid(P256)), bits(0, point()), NULL)),
    },
    {
      id: 'a kind of key that says more',
      apply: spki(() => sequence(sequence(oid(EC), oid(P256), NULL), bits(0, point()))),
    },
    { id: 'a key of an unknown kind', apply: spki(() => sequence(sequence(oid('1.2.3.4')), bits(0, point()))) },
  ]),
  ...slot('root key', [
    { id: 'a root with P-521', stricter: 'key', ...rootKey('P-521') },
    { id: 'a root with Ed25519', stricter: 'key', ...rootKey('Ed25519') },
    { id: 'a root with RSA of 1024 bits', stricter: 'key', ...rootKey('RSA 1024') },
    { id: 'a root with the exponent 3', stricter: 'key', ...rootKey('RSA 2048 with 3') },
  ]),
  ...slot('signature', [
    { id: 'a changed signature', apply: signature(flipped) },
    { id: 'an empty signature', apply: signature(() => bytes()) },
    { id: 'a signature of three numbers', apply: signature((value) => sequence(contentOf(value), integer(1))) },
    { id: 'a signature and more', apply: signature((value) => bytes(value, [0])) },
    {
      id: 'SHA-1',
      stricter: 'signature algorithm',
      apply: ({ leaf, root }) => {
        leaf.signer = signerOf(root.signer.key, 'sha1');
      },
    },
    {
      id: 'SHA-224',
      stricter: 'signature algorithm',
      apply: ({ leaf, root }) => {
        leaf.signer = signerOf(root.signer.key, 'sha224');
      },
    },
    {
      id: 'a signature by another key',
      apply: ({ leaf }) => {
        leaf.signer = { ...leaf.signer, key: another(leaf.signer.key) };
      },
    },
    {
      id: 'a signature by the leaf itself',
      apply: ({ leaf }) => {
        leaf.signer = signerOf(keyOf('leaf', 'P-256'), 'sha256');
      },
    },
    {
      id: 'another algorithm inside',
      apply: ({ leaf }) => {
        leaf.innerAlgorithm = sequence(oid('1.2.840.113549.1.1.13'), integer(1));
      },
    },
    {
      id: 'an algorithm without parameters',
      apply: ({ leaf }) => {
        leaf.signer = {
          ...leaf.signer,
          algorithm: sequence(identifierOf(leaf.signer.algorithm)),
        };
      },
    },
    {
      id: 'an algorithm with strange parameters',
      stricter: 'signature algorithm',
      apply: ({ leaf }) => {
        leaf.signer = { ...leaf.signer, algorithm: sequence(identifierOf(leaf.signer.algorithm), integer(1)) };
      },
    },
    {
      id: 'an algorithm that nobody knows',
      apply: ({ leaf }) => {
        leaf.signer = { ...leaf.signer, algorithm: sequence(oid('1.2.3.4')) };
      },
    },
    {
      id: 'RSASSA-PSS in name',
      apply: ({ leaf }) => {
        leaf.signer = { ...leaf.signer, algorithm: sequence(oid(PSS), sequence()) };
      },
    },
  ]),
];
