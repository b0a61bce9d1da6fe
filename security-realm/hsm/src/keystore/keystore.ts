import type { HsmKey, KeyPurpose } from '../protocol/answers.ts';
import type { KeyName } from '../protocol/main-key.ts';
import type { RewrappedKek, StoredKek } from '../protocol/rewrapping.ts';

/**
 * What every local keystore does, and all it does: nothing generic, no wrap-out, no object creation (byok.md §1.1). A key
 * answers to its own organisation alone; to another it does not exist (`hsm/not-found`).
 */
export interface Keystore {
  readonly kind: 'software' | 'pkcs11';
  /** What a person may be told: `software` also for modules that are software themselves. */
  readonly protection: 'software' | 'token';
  /** The module's own description, for pkcs11. */
  readonly module?: string;
  /** The key of that organisation, purpose and label; made when there is none. */
  ensureKey(organisationId: string, purpose: KeyPurpose, label: string): Promise<HsmKey>;
  /** The public half of the organisation's upload key, SPKI PEM without a trailing newline; made when there is none. */
  publicKey(organisationId: string): Promise<string>;
  /** Keeps an uploaded key under this id. Every fault of the upload is `hsm/import-failed`, and changes nothing. */
  importKey(name: KeyName, wrapped: Buffer): Promise<HsmKey>;
  /** The 16 bytes of AES-CMAC that name the key's material (byok.md §5). */
  check(name: KeyName): Promise<Buffer>;
  /** AES-256-GCM under a fresh iv: iv | ciphertext | tag. */
  wrap(name: KeyName, plaintext: Buffer, aad: Buffer): Promise<Buffer>;
  /** The plaintext, which the caller zeroes, or `hsm/unwrap-failed` for everything that can be wrong. */
  unwrap(name: KeyName, wrapped: Buffer, aad: Buffer): Promise<Buffer>;
  /**
   * KEKs from one key to another, without a pause: few at a time leave others their turn. Throws `hsm/not-found` for either
   * key.
   */
  rewrap(from: KeyName, to: KeyName, keks: readonly StoredKek[]): Promise<RewrappedKek[]>;
  describe(name: KeyName): Promise<KeyDescription>;
  /** For good. */
  destroy(name: KeyName): Promise<void>;
  /** Throws while keys cannot be used. Cheap. */
  requireReady(): Promise<void>;
  close(): Promise<void>;
}

export type KeyDescription = { readonly purpose: KeyPurpose; readonly label: string; readonly createdAt: string };

/** The label of an uploaded key. */
export const uploadedLabel = (keyId: string): string => `uploaded:${keyId}`;
