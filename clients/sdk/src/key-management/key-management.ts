import type { MasterKeyDiagnosis, MasterKeyOverview, MasterKeyUri } from '@cloister/wire';

export interface NewKeyOptions {
  /** Active at once; else pending until it is activated. */
  readonly activate: boolean;
  readonly version?: number;
}

/**
 * The main keys of one's own organisation, for its full administrators (docs/wires.md §12), over the sealed channel to
 * its key server: the core sees nothing of it. Every change resolves to the keys as they are then. With the `version` of
 * the overview that it was decided on it is refused when something changed since (`kms/version-mismatch`).
 * Methods reject with a CloisterError: `kms/not-authorized` for others, the codes of wires.md §12, `kms/timeout` when
 * nobody answered (the same change asked for again is then the same one), and {@link KeyUnusable}.
 */
export interface KeyManagement {
  overview(): Promise<MasterKeyOverview>;
  /** The RSA key that uploads are encrypted to: SPKI PEM. */
  publicKey(): Promise<string>;
  /** `wrapped`: 32 random bytes under that key, as OpenSSL or {@link makeMasterKeyFile} writes them. */
  upload(wrapped: Uint8Array, options: NewKeyOptions): Promise<MasterKeyOverview>;
  addAwsKey(arn: string, options: NewKeyOptions): Promise<MasterKeyOverview>;
  activate(uri: MasterKeyUri, version?: number): Promise<MasterKeyOverview>;
  /** Also makes a key revoked by Amazon one that stays off whatever Amazon says. */
  revoke(uri: MasterKeyUri, version?: number): Promise<MasterKeyOverview>;
  delete(uri: MasterKeyUri, version?: number): Promise<MasterKeyOverview>;
  undelete(uri: MasterKeyUri, version?: number): Promise<MasterKeyOverview>;
  removePending(uri: MasterKeyUri, version?: number): Promise<MasterKeyOverview>;
  /** Back to the default main key. */
  useDefault(version?: number): Promise<MasterKeyOverview>;
  /** What is wrong with a key at Amazon (R079). */
  diagnose(uri: MasterKeyUri): Promise<MasterKeyDiagnosis>;
}
