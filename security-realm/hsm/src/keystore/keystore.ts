import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { CloisterError } from '@cloister/wire';
import * as z from 'zod/mini';
import type { HsmKey, HsmKeyDescription, KeyPurpose } from '../protocol/messages.ts';
import { aeadOpen, aeadSeal } from './aead.ts';
import { KeystoreFile } from './keystore-file.ts';

const stored = z.array(
  z.strictObject({
    keyId: z.string(),
    organisationId: z.string(),
    purpose: z.enum(['main', 'channel']),
    label: z.string(),
    createdAt: z.string(),
    versions: z.array(z.string()).check(z.minLength(1)),
  }),
);

type Key = Omit<z.infer<typeof stored>[number], 'versions'> & { versions: KeyObject[] };

export type KeystoreOptions = {
  path: string;
  pin: Buffer;
  now: () => Date;
  newId: () => string;
};

/**
 * AES-256 keys that never leave this process. Labelled "software": it protects by process boundary and sealed file,
 * and claims nothing more. Every change is on disk before it is answered.
 */
export class Keystore {
  readonly #file: KeystoreFile;
  readonly #options: KeystoreOptions;
  #keys: ReadonlyMap<string, Key>;

  private constructor(file: KeystoreFile, options: KeystoreOptions, keys: ReadonlyMap<string, Key>) {
    this.#file = file;
    this.#options = options;
    this.#keys = keys;
  }

  static open(options: KeystoreOptions): Keystore {
    const { file, content } = KeystoreFile.open(options.path, options.pin);
    if (content === null) return new Keystore(file, options, new Map());
    const keys = stored.parse(JSON.parse(content.toString('utf8')));
    content.fill(0);
    return new Keystore(
      file,
      options,
      new Map(keys.map((key) => [key.keyId, { ...key, versions: key.versions.map(load) }])),
    );
  }

  /** The key of that organisation, purpose and label; made when there is none. */
  ensureKey(organisationId: string, purpose: KeyPurpose, label: string): HsmKey {
    return describeVersion(this.#named(organisationId, purpose, label) ?? this.#create(organisationId, purpose, label));
  }

  /** A new key. Throws `hsm/conflict` when the label is taken. */
  createKey(organisationId: string, purpose: KeyPurpose, label: string): HsmKey {
    if (this.#named(organisationId, purpose, label)) throw new CloisterError('hsm/conflict');
    return describeVersion(this.#create(organisationId, purpose, label));
  }

  /** New material under the same id: wraps use it from now on, unwraps go on with the version they name. */
  addVersion(keyId: string): HsmKey {
    const key = this.#key(keyId);
    const grown = { ...key, versions: [...key.versions, createSecretKey(randomBytes(32))] };
    this.#commit(new Map(this.#keys).set(keyId, grown));
    return describeVersion(grown);
  }

  wrap(keyId: string, plaintext: Uint8Array, aad: Uint8Array): { wrapped: Buffer; version: number } {
    const { versions } = this.#key(keyId);
    const newest = versions.at(-1);
    if (!newest) throw new CloisterError('hsm/not-found');
    return { wrapped: aeadSeal(newest, plaintext, aad), version: versions.length };
  }

  /** One error for every bad unwrap, a destroyed or unknown key among them. */
  unwrap(keyId: string, version: number, wrapped: Uint8Array, aad: Uint8Array): Buffer {
    const material = this.#keys.get(keyId)?.versions[version - 1];
    if (!material) throw new CloisterError('hsm/unwrap-failed');
    return aeadOpen(material, wrapped, aad);
  }

  describe(keyId: string): HsmKeyDescription {
    const { organisationId, purpose, label, createdAt, versions } = this.#key(keyId);
    return { keystore: 'software', organisationId, purpose, label, version: versions.length, createdAt };
  }

  /** For good: no version of the key is in the file afterwards. */
  destroy(keyId: string): void {
    this.#key(keyId);
    const rest = new Map(this.#keys);
    rest.delete(keyId);
    this.#commit(rest);
  }

  #key(keyId: string): Key {
    const key = this.#keys.get(keyId);
    if (!key) throw new CloisterError('hsm/not-found');
    return key;
  }

  #named(organisationId: string, purpose: KeyPurpose, label: string): Key | undefined {
    return [...this.#keys.values()].find(
      (key) => key.organisationId === organisationId && key.purpose === purpose && key.label === label,
    );
  }

  #create(organisationId: string, purpose: KeyPurpose, label: string): Key {
    const keyId = this.#options.newId();
    const createdAt = this.#options.now().toISOString();
    const key = { keyId, organisationId, purpose, label, createdAt, versions: [createSecretKey(randomBytes(32))] };
    this.#commit(new Map(this.#keys).set(keyId, key));
    return key;
  }

  // Disk first, memory after: a failed write leaves both as they were.
  #commit(keys: ReadonlyMap<string, Key>): void {
    const content = Buffer.from(
      JSON.stringify([...keys.values()].map((key) => ({ ...key, versions: key.versions.map(save) }))),
    );
    this.#file.replace(content);
    content.fill(0);
    this.#keys = keys;
  }
}

const load = (material: string): KeyObject => {
  const bytes = Buffer.from(material, 'base64');
  if (bytes.length !== 32) throw new CloisterError('hsm/keystore-locked');
  return createSecretKey(bytes);
};

const save = (material: KeyObject): string => material.export().toString('base64');

// Names the material without helping to guess it; bound to organisation, key and version.
const check = (key: Key, version: number, material: KeyObject): string =>
  createHmac('sha256', material)
    .update(`cloister/hsm/check/v1|${key.organisationId}|${key.keyId}|${version}`)
    .digest('base64');

const describeVersion = (key: Key): HsmKey => {
  const version = key.versions.length;
  const newest = key.versions[version - 1];
  if (!newest) throw new CloisterError('hsm/not-found');
  return { keyId: key.keyId, version, check: check(key, version, newest) };
};
