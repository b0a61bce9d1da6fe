import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { CloisterError } from '@cloister/wire';
import type { HsmKey, KeyPurpose } from '../../protocol/answers.ts';
import type { KeyName } from '../../protocol/main-key.ts';
import type { RewrappedKek, StoredKek } from '../../protocol/rewrapping.ts';
import { keyCheck } from '../key-check.ts';
import { type KeyDescription, type Keystore, uploadedLabel } from '../keystore.ts';
import { type Rewrapping, rewrapKek } from '../rewrap-kek.ts';

import { aeadOpen, aeadSeal } from './aead.ts';
import {
  emptyContent,
  type KeystoreContent,
  parseContent,
  type SoftwareKey,
  serializeContent,
} from './keystore-content.ts';
import { KeystoreFile } from './keystore-file.ts';
import { openUpload } from './open-upload.ts';
import { makeUploadKey, publicPemOf, type UploadKeyBits } from './upload-key.ts';

export type SoftwareKeystoreOptions = {
  readonly path: string;
  readonly pin: Buffer;
  readonly uploadKeyBits?: UploadKeyBits | undefined;
  readonly now: () => Date;
  readonly newId: () => string;
};

/**
 * Keys that never leave this process. Labelled "software": it protects by process boundary and sealed file, and claims
 * nothing more. Every change is on disk before it is answered.
 */
export class SoftwareKeystore implements Keystore {
  readonly kind = 'software';
  readonly protection = 'software';
  readonly #file: KeystoreFile;
  readonly #options: SoftwareKeystoreOptions;
  /** Upload keys that are being made: two who ask at once get the same. */
  readonly #making = new Map<string, Promise<KeyObject>>();
  #content: KeystoreContent;

  private constructor(file: KeystoreFile, options: SoftwareKeystoreOptions, content: KeystoreContent) {
    this.#file = file;
    this.#options = options;
    this.#content = content;
  }

  /** Throws `hsm/keystore-locked`. */
  static open(options: SoftwareKeystoreOptions): SoftwareKeystore {
    const { file, content } = KeystoreFile.open(options.path, options.pin);
    if (content === null) return new SoftwareKeystore(file, options, emptyContent);
    try {
      return new SoftwareKeystore(file, options, parseContent(content));
    } finally {
      content.fill(0);
    }
  }

  async ensureKey(organisationId: string, purpose: KeyPurpose, label: string): Promise<HsmKey> {
    const known = [...this.#content.keys.values()].find(
      (key) => key.organisationId === organisationId && key.purpose === purpose && key.label === label,
    );
    if (known) return asHsmKey(known);
    const keyId = this.#options.newId();
    const material = createSecretKey(randomBytes(32));
    return this.#add({ keyId, organisationId, purpose, label, createdAt: this.#timestamp(), material });
  }

  async publicKey(organisationId: string): Promise<string> {
    return publicPemOf(this.#content.uploadKeys.get(organisationId) ?? (await this.#makeUploadKey(organisationId)));
  }

  async importKey({ keyId, organisationId }: KeyName, wrapped: Buffer): Promise<HsmKey> {
    const uploadKey = this.#content.uploadKeys.get(organisationId);
    const bytes = uploadKey === undefined ? null : openUpload(uploadKey, wrapped);
    if (bytes === null) throw new CloisterError('hsm/import-failed');
    const material = createSecretKey(bytes);
    bytes.fill(0);
    const known = this.#content.keys.get(keyId);
    if (known === undefined) {
      const label = uploadedLabel(keyId);
      return this.#add({ keyId, organisationId, purpose: 'main', label, createdAt: this.#timestamp(), material });
    }
    // The same upload again has the same answer; an id is never given another material.
    if (known.organisationId !== organisationId || !known.material.equals(material)) {
      throw new CloisterError('hsm/import-failed');
    }
    return asHsmKey(known);
  }

  async check(name: KeyName): Promise<Buffer> {
    return checkOf(this.#key(name));
  }

  async wrap(name: KeyName, plaintext: Buffer, aad: Buffer): Promise<Buffer> {
    return aeadSeal(this.#key(name).material, plaintext, aad);
  }

  async unwrap(name: KeyName, wrapped: Buffer, aad: Buffer): Promise<Buffer> {
    const key = this.#find(name);
    if (key === null) throw new CloisterError('hsm/unwrap-failed');
    return aeadOpen(key.material, wrapped, aad);
  }

  async rewrap(from: KeyName, to: KeyName, keks: readonly StoredKek[]): Promise<RewrappedKek[]> {
    const [old, next] = [this.#key(from).material, this.#key(to).material];
    const way: Rewrapping = {
      from: { keyId: from.keyId, open: ({ wrapped }, aad) => aeadOpen(old, wrapped, aad) },
      to: { keyId: to.keyId, wrap: (plaintext, _, aad) => aeadSeal(next, plaintext, aad) },
    };
    return Promise.all(keks.map((kek) => rewrapKek(way, kek)));
  }

  async describe(name: KeyName): Promise<KeyDescription> {
    const { purpose, label, createdAt } = this.#key(name);
    return { purpose, label, createdAt };
  }

  async destroy(name: KeyName): Promise<void> {
    const keys = new Map(this.#content.keys);
    keys.delete(this.#key(name).keyId);
    this.#commit({ ...this.#content, keys });
  }

  /** Its keys are in memory. */
  async requireReady(): Promise<void> {}

  async close(): Promise<void> {
    await Promise.allSettled(this.#making.values());
  }

  #timestamp(): string {
    return this.#options.now().toISOString();
  }

  #find({ keyId, organisationId }: KeyName): SoftwareKey | null {
    const key = this.#content.keys.get(keyId);
    return key?.organisationId === organisationId ? key : null;
  }

  #key(name: KeyName): SoftwareKey {
    const key = this.#find(name);
    if (key === null) throw new CloisterError('hsm/not-found');
    return key;
  }

  #add(key: SoftwareKey): HsmKey {
    this.#commit({ ...this.#content, keys: new Map(this.#content.keys).set(key.keyId, key) });
    return asHsmKey(key);
  }

  #makeUploadKey(organisationId: string): Promise<KeyObject> {
    const making = this.#making.get(organisationId);
    if (making) return making;
    const made = this.#storeUploadKey(organisationId).finally(() => this.#making.delete(organisationId));
    this.#making.set(organisationId, made);
    return made;
  }

  async #storeUploadKey(organisationId: string): Promise<KeyObject> {
    const key = await makeUploadKey(this.#options.uploadKeyBits ?? 4096);
    this.#commit({ ...this.#content, uploadKeys: new Map(this.#content.uploadKeys).set(organisationId, key) });
    return key;
  }

  // Disk first, memory after: a failed write leaves both as they were.
  #commit(content: KeystoreContent): void {
    const bytes = serializeContent(content);
    try {
      this.#file.replace(bytes);
    } finally {
      bytes.fill(0);
    }
    this.#content = content;
  }
}

const checkOf = ({ material, organisationId }: SoftwareKey): Buffer => {
  const bytes = material.export();
  try {
    return keyCheck(bytes, organisationId);
  } finally {
    bytes.fill(0);
  }
};

const asHsmKey = (key: SoftwareKey): HsmKey => ({ keyId: key.keyId, check: checkOf(key).toString('base64') });
