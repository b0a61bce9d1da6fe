import type { KMSClient } from '@aws-sdk/client-kms';
import { CloisterError } from '@cloister/wire';
import { type DenialReason, denialReasonOf, keyDenied } from '../../protocol/denial.ts';
import { faultOf, isOfState } from './fault-of.ts';
import type { Sdk } from './sdk.ts';

/** What Amazon says of a key. */
export type KeyLook = { readonly state: string; readonly spec: string; readonly usage: string };
export type EncryptionContext = Readonly<Record<string, string>>;

const reasons: Readonly<Record<string, DenialReason>> = {
  Disabled: 'disabled',
  PendingDeletion: 'pending-deletion',
  PendingReplicaDeletion: 'pending-deletion',
  PendingImport: 'pending-import',
};

/** The fault of a key in this state; null when it is one that can be used. A state we do not know may pass. */
export const faultOfState = (state: string): CloisterError | null => {
  if (state === 'Enabled') return null;
  const reason = reasons[state];
  return reason === undefined ? new CloisterError('hsm/key-unavailable') : keyDenied(reason);
};

export type KmsApiParts = {
  readonly arn: string;
  readonly sdk: Sdk;
  /** Of the key's region, with the organisation's own credential. */
  readonly client: KMSClient;
  /** Waits for the organisation's turn. */
  readonly turn: () => Promise<void>;
};

/** One key's use at Amazon: Encrypt, Decrypt, DescribeKey, and never another call (R061, R064). Throws the AWS faults. */
export class KmsApi {
  readonly #parts: KmsApiParts;

  constructor(parts: KmsApiParts) {
    this.#parts = parts;
  }

  encrypt(Plaintext: Buffer, EncryptionContext: EncryptionContext): Promise<Buffer> {
    const { arn, sdk, client } = this.#parts;
    const command = new sdk.EncryptCommand({ KeyId: arn, Plaintext, EncryptionContext });
    return this.#use(async () => (await client.send(command)).CiphertextBlob);
  }

  /** With an explicit KeyId: a ciphertext of another key is refused, whoever may use that one. */
  decrypt(CiphertextBlob: Buffer, EncryptionContext: EncryptionContext): Promise<Buffer> {
    const { arn, sdk, client } = this.#parts;
    const command = new sdk.DecryptCommand({ KeyId: arn, CiphertextBlob, EncryptionContext });
    return this.#use(async () => (await client.send(command)).Plaintext);
  }

  async describe(): Promise<KeyLook> {
    const { arn, sdk, client, turn } = this.#parts;
    try {
      await turn();
      const { KeyMetadata: seen } = await client.send(new sdk.DescribeKeyCommand({ KeyId: arn }));
      return { state: text(seen?.KeyState), spec: text(seen?.KeySpec), usage: text(seen?.KeyUsage) };
    } catch (error) {
      throw faultOf(error);
    }
  }

  async #use(call: () => Promise<Uint8Array | undefined>): Promise<Buffer> {
    try {
      await this.#parts.turn();
      const bytes = await call();
      if (bytes === undefined) throw new CloisterError('hsm/internal');
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    } catch (error) {
      throw isOfState(error) ? await this.#faultOfState(faultOf(error)) : faultOf(error);
    }
  }

  /** "reason from DescribeKey"; where it knows none, what the error said by itself. */
  async #faultOfState(said: CloisterError): Promise<CloisterError> {
    try {
      return faultOfState((await this.describe()).state) ?? said;
    } catch (fault) {
      return denialReasonOf(said) === null ? faultOf(fault) : said;
    }
  }
}

// It is shown to people: nothing longer than Amazon's own words.
const text = (said: string | undefined): string => (said ?? 'Unknown').slice(0, 64);
