import { createPrivateKey, createSecretKey, type KeyObject } from 'node:crypto';
import { CloisterError } from '@cloister/wire';
import * as z from 'zod/mini';
import type { KeyDescription } from '../keystore.ts';

/** One AES-256 key of the software keystore. */
export type SoftwareKey = KeyDescription & {
  readonly keyId: string;
  readonly organisationId: string;
  readonly material: KeyObject;
};

/** Everything a software keystore holds. Upload keys are RSA private keys by organisation. */
export type KeystoreContent = {
  readonly keys: ReadonlyMap<string, SoftwareKey>;
  readonly uploadKeys: ReadonlyMap<string, KeyObject>;
};

export const emptyContent: KeystoreContent = { keys: new Map(), uploadKeys: new Map() };

const description = {
  keyId: z.string(),
  organisationId: z.string(),
  purpose: z.enum(['main', 'channel']),
  label: z.string(),
  createdAt: z.string(),
};
const stored = z.strictObject({
  keys: z.array(z.strictObject({ ...description, material: z.string() })),
  uploadKeys: z.array(z.strictObject({ organisationId: z.string(), pkcs8: z.string() })),
});
// Files of before keys had one material for their life.
const former = z.array(z.strictObject({ ...description, versions: z.array(z.string()).check(z.minLength(1)) }));

/** The content of an opened file. Throws `hsm/keystore-locked` when it is none. */
export const parseContent = (content: Buffer): KeystoreContent => {
  try {
    const { keys, uploadKeys } = upToDate(JSON.parse(content.toString('utf8')));
    return {
      keys: new Map(keys.map(({ material, ...key }) => [key.keyId, { ...key, material: secretOf(material) }])),
      uploadKeys: new Map(uploadKeys.map(({ organisationId, pkcs8 }) => [organisationId, privateOf(pkcs8)])),
    };
  } catch {
    throw new CloisterError('hsm/keystore-locked');
  }
};

/** The bytes of a content; the caller zeroes them. */
export const serializeContent = ({ keys, uploadKeys }: KeystoreContent): Buffer =>
  Buffer.from(
    JSON.stringify({
      keys: [...keys.values()].map((key) => ({ ...key, material: textOf(key.material.export()) })),
      uploadKeys: [...uploadKeys].map(([organisationId, key]) => ({
        organisationId,
        pkcs8: textOf(key.export({ type: 'pkcs8', format: 'der' })),
      })),
    } satisfies z.infer<typeof stored>),
  );

const upToDate = (value: unknown): z.infer<typeof stored> => {
  if (!Array.isArray(value)) return stored.parse(value);
  const keys = former.parse(value).map(({ versions: [material = ''], ...key }) => ({ ...key, material }));
  return { keys, uploadKeys: [] };
};

const secretOf = (material: string): KeyObject =>
  zeroing(Buffer.from(material, 'base64'), (bytes) => {
    if (bytes.length !== 32) throw new CloisterError('hsm/keystore-locked');
    return createSecretKey(bytes);
  });

const privateOf = (pkcs8: string): KeyObject =>
  zeroing(Buffer.from(pkcs8, 'base64'), (key) => createPrivateKey({ key, type: 'pkcs8', format: 'der' }));

const textOf = (bytes: Buffer): string => zeroing(bytes, () => bytes.toString('base64'));

const zeroing = <T>(bytes: Buffer, work: (bytes: Buffer) => T): T => {
  try {
    return work(bytes);
  } finally {
    bytes.fill(0);
  }
};
