import { AwsError } from '../aws-error.ts';
import type { KmsKey } from './kms-key.ts';

/** Who asks, from which account, in which region. */
export type Asker = { readonly arn: string; readonly account: string; readonly region: string };

const keyArn = /^arn:[a-z-]+:kms:([a-z0-9-]+):(\d{12}):key\/([a-z0-9-]+)$/;

/** Every key of every account and region. */
export class KeyRing {
  readonly #keys = new Map<string, KmsKey>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(key: KmsKey): void {
    this.#keys.set(key.arn, key);
  }

  all(): KmsKey[] {
    this.#shred();
    return [...this.#keys.values()];
  }

  /** The keys of the asker's account in this region, in the order of their making. */
  list(asker: Asker): KmsKey[] {
    return this.all().filter(({ account, region }) => account === asker.account && region === asker.region);
  }

  /** The ARN of the key that a ciphertext names. */
  arnOf(id: string): string {
    const key = this.all().find((each) => each.id === id);
    if (key === undefined) throw new AwsError('InvalidCiphertextException', 'the ciphertext names no key');
    return key.arn;
  }

  byArn(arn: string): KmsKey | undefined {
    this.#shred();
    return this.#keys.get(arn);
  }

  /**
   * The key that `KeyId` names: an id of the asker's own account, or an ARN. Aliases are not implemented.
   * Whether a foreign account has a key of that id is nobody's business: there it is as if access were denied.
   */
  find(keyId: string, asker: Asker, action: string): KmsKey {
    const arn = keyId.startsWith('arn:') ? keyId : `arn:aws:kms:${asker.region}:${asker.account}:key/${keyId}`;
    const [, region, account] = keyArn.exec(arn) ?? [];
    if (region === undefined || region !== asker.region)
      throw new AwsError('NotFoundException', `Invalid keyId ${keyId}`);
    const key = this.byArn(arn);
    if (key === undefined) throw account === asker.account ? absent(arn) : denied(asker, action, arn);
    return key;
  }

  // A deletion that was scheduled happens whenever somebody looks.
  #shred(): void {
    for (const key of this.#keys.values())
      if (key.deletion !== null && key.deletion.at <= this.#now()) this.#keys.delete(key.arn);
  }
}

const absent = (arn: string) => new AwsError('NotFoundException', `Key '${arn}' does not exist`);

/** AWS says no more than this, whatever the reason. */
export const denied = (asker: Asker, action: string, arn: string) =>
  new AwsError(
    'AccessDeniedException',
    `User: ${asker.arn} is not authorized to perform: kms:${action} on resource: ${arn}: there is none, or no policy or grant allows it`,
  );
