import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AwsError } from '../aws-error.ts';
import type { KmsKey } from './kms-key.ts';

/** What the caller bound to the ciphertext. */
export type EncryptionContext = Readonly<Record<string, string>>;

const version = 1;

/** `version | length of the id | id of the key | iv | tag | ciphertext`: it names its key, as AWS's does. */
export function seal(key: KmsKey, plaintext: Buffer, context: EncryptionContext): Buffer {
  const id = Buffer.from(key.id);
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key.material, iv);
  cipher.setAAD(additionalData(key, context));
  const sealed = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([Buffer.of(version, id.length), id, iv, cipher.getAuthTag(), sealed]);
}

/** The id of the key that made the ciphertext, if it is one at all. */
export function keyIdOf(ciphertext: Buffer): string {
  const length = ciphertext[1] ?? 0;
  if (ciphertext[0] !== version || ciphertext.length < 2 + length + 12 + 16) throw broken();
  return ciphertext.subarray(2, 2 + length).toString();
}

export function open(key: KmsKey, ciphertext: Buffer, context: EncryptionContext): Buffer {
  const rest = ciphertext.subarray(2 + Buffer.byteLength(keyIdOf(ciphertext)));
  const decipher = createDecipheriv('aes-256-gcm', key.material, rest.subarray(0, 12), { authTagLength: 16 });
  decipher.setAAD(additionalData(key, context));
  decipher.setAuthTag(rest.subarray(12, 28));
  try {
    return Buffer.concat([decipher.update(rest.subarray(28)), decipher.final()]);
  } catch {
    throw broken();
  }
}

// The order in which a caller names the pairs is of no account.
const additionalData = (key: KmsKey, context: EncryptionContext): Buffer =>
  Buffer.from(JSON.stringify([key.arn, ...Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))]));

const broken = () =>
  new AwsError('InvalidCiphertextException', 'the ciphertext, or its encryption context, is not right');
