import { CloisterError } from '@cloister/wire';
import type { AwsConfig } from '../../config.ts';
import type { KeyDiagnosis } from '../../protocol/answers.ts';
import type { KekPlace } from '../../protocol/kek-place.ts';
import type { AmazonKey } from '../../protocol/main-key.ts';
import type { AmazonKeys } from '../amazon-keys.ts';
import { diagnose, undiagnosed } from './diagnose.ts';
import { requireSafeEndpoint } from './endpoint.ts';
import { kekContext } from './kek-context.ts';
import { parseKeyArn } from './key-arn.ts';
import { type EncryptionContext, KmsApi } from './kms-api.ts';
import { type CallLimits, KmsClients } from './kms-clients.ts';
import { Pace, type PaceLimits } from './pace.ts';
import { Principals } from './principals.ts';
import { probeFully, probeLightly } from './probe.ts';
import { loadSdk, type Sdk } from './sdk.ts';

export type AwsKeysOptions = {
  readonly config: AwsConfig;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
  /** Other limits than {@link LIMITS}. */
  readonly limits?: Partial<AwsLimits>;
};

export type AwsLimits = CallLimits & PaceLimits;

/** Amazon's quota for a whole account is some thousand calls a second (byok.md §2.4). */
const LIMITS: AwsLimits = {
  attempts: 3,
  connectMs: 2_000,
  answerMs: 4_000,
  perSecond: 500,
  burst: 1_000,
  patienceMs: 5_000,
};

/** Main keys in AWS KMS: each organisation's by its own principal, and never its material (R060, R061). */
export class AwsKeys implements AmazonKeys {
  readonly #options: AwsKeysOptions;
  readonly #limits: AwsLimits;
  readonly #principals: Principals;
  readonly #sdk: Sdk;
  readonly #clients: KmsClients;
  readonly #paces = new Map<string, Pace>();

  private constructor(options: AwsKeysOptions, principals: Principals, sdk: Sdk) {
    const { endpoint } = options.config;
    this.#options = options;
    this.#limits = { ...LIMITS, ...options.limits };
    this.#principals = principals;
    this.#sdk = sdk;
    this.#clients = new KmsClients({ sdk, principals, endpoint, limits: this.#limits });
  }

  /** Throws `config/…` for a principal or credential that cannot be one. Nothing is asked of Amazon yet. */
  static async open(options: AwsKeysOptions): Promise<AwsKeys> {
    requireSafeEndpoint(options.config.endpoint);
    return new AwsKeys(options, new Principals(options.config.principals), await loadSdk());
  }

  async wrap(key: AmazonKey, place: KekPlace, plaintext: Buffer): Promise<Buffer> {
    if (!isOwn(key, place)) throw new CloisterError('hsm/invalid-request');
    return this.#asking(key, (api) => api.encrypt(plaintext, kekContext(key, place)));
  }

  async unwrap(key: AmazonKey, place: KekPlace, wrapped: Buffer): Promise<Buffer> {
    if (!isOwn(key, place) || wrapped.length === 0) throw new CloisterError('hsm/unwrap-failed');
    return this.#asking(key, (api) => api.decrypt(wrapped, kekContext(key, place)));
  }

  async probe(key: AmazonKey, { light }: { readonly light: boolean }): Promise<void> {
    await this.#asking(key, (api) => (light ? probeLightly(api) : probeFully(api, probeContext(key))));
  }

  async diagnose(key: AmazonKey): Promise<KeyDiagnosis> {
    const { arn } = key;
    const findings = await this.#asking(key, async (api) => {
      const found = await diagnose(api, probeContext(key));
      if (found.fault === 'hsm/credential-fault') this.#clients.forget(key.organisationId);
      return found;
    }).catch((error: unknown) => {
      if (error instanceof CloisterError) return undiagnosed(error);
      throw error;
    });
    return { arn, principalArn: this.principal(key.organisationId), ...findings };
  }

  principal(organisationId: string): string | null {
    return this.#principals.arn(organisationId);
  }

  close(): void {
    this.#clients.close();
  }

  async #asking<T>({ arn, organisationId }: AmazonKey, ask: (api: KmsApi) => Promise<T>): Promise<T> {
    const { region } = parseKeyArn(arn);
    const client = this.#clients.client(organisationId, region);
    const turn = () => this.#turn(organisationId);
    try {
      return await ask(new KmsApi({ arn, sdk: this.#sdk, client, turn }));
    } catch (error) {
      // Its file may have another credential by now.
      if (error instanceof CloisterError && error.code === 'hsm/credential-fault') this.#clients.forget(organisationId);
      throw error;
    }
  }

  async #turn(organisationId: string): Promise<void> {
    const pace = this.#paces.get(organisationId) ?? new Pace(this.#limits, this.#options.now);
    this.#paces.set(organisationId, pace);
    const waitMs = pace.reserve();
    if (waitMs > 0) await this.#options.wait(waitMs);
  }
}

/** An organisation's key at Amazon wraps that organisation's KEKs alone. */
const isOwn = (key: AmazonKey, place: KekPlace): boolean => key.organisationId === place.organisationId;

const probeContext = ({ keyId, organisationId }: AmazonKey): EncryptionContext => ({
  app: 'cloister',
  orgId: organisationId,
  keyId,
  use: 'probe',
});
