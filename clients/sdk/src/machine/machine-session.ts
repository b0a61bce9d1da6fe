import type { PrivateKey } from '@cloister/seal';
import { CloisterError, type MachineId, type OrganisationId, type UserId } from '@cloister/wire';
import type { Platform } from '../platform.ts';
import { newPossessionKey, type PossessionKey } from '../session/possession-key.ts';
import { tokenProof } from '../session/reductions.ts';
import { ScopedTokens, type TokenScope } from '../session/scoped-tokens.ts';
import type { Deployment, KmsCredential, Session } from '../session/session.ts';
import { readOwnClaims } from '../session/token-claims.ts';
import { type Grant, requestToken, tokenUrl } from '../session/token-endpoint.ts';
import { clientAssertion } from './client-assertion.ts';

export interface MachineSessionOptions {
  readonly deployment: Deployment;
  readonly machineId: MachineId;
  readonly key: PrivateKey;
  readonly platform: Platform;
}

/**
 * A machine account: each token is asked for by its key, and for again before it ends. There is no full token and nothing
 * to refresh or to sign out of; a function that is switched off shows as a refusal, and heals when it is on again.
 */
export class MachineSession implements Session {
  readonly deployment: Deployment;
  /** The machine, in the place where people's sessions name the person: `userId` of its KMS requests. */
  readonly personId: UserId;
  readonly organisationId: OrganisationId;
  readonly signedOut = false;
  readonly #tokens: ScopedTokens;

  private constructor(deployment: Deployment, tokens: ScopedTokens, token: string) {
    const { personId, organisationId } = readOwnClaims(token);
    this.deployment = deployment;
    this.personId = personId;
    this.organisationId = organisationId;
    this.#tokens = tokens;
  }

  /** Asks for the first token, which says whose machine it is. */
  static async begin(options: MachineSessionOptions): Promise<MachineSession> {
    const { deployment, platform } = options;
    const possession = await newPossessionKey();
    const ask = (scope: TokenScope) => requestOwn(options, possession, scope);
    const tokens = new ScopedTokens({ platform, kmsHost: deployment.kmsHost, possession, ask });
    return new MachineSession(deployment, tokens, await tokens.token('spark:all'));
  }

  subscribe(): () => void {
    return () => {};
  }

  coreToken(): Promise<string> {
    return this.#tokens.token('spark:all');
  }

  kmsCredential(): Promise<KmsCredential> {
    return this.#tokens.kmsCredential();
  }

  refused(token: string): void {
    this.#tokens.forget(token);
  }

  /** Machines learn no names. */
  async peopleToken(): Promise<string> {
    throw new CloisterError('core/not-for-machines');
  }

  async fullToken(): Promise<string> {
    throw new CloisterError('core/not-for-machines');
  }

  async signOut(): Promise<void> {}
}

const requestOwn = async (
  { deployment, machineId, key, platform }: MachineSessionOptions,
  possession: PossessionKey,
  scope: TokenScope,
): Promise<Grant> =>
  requestToken(deployment, platform, {
    form: {
      grant_type: 'client_credentials',
      scope,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await clientAssertion(key, {
        machineId,
        audience: tokenUrl(deployment),
        id: platform.randomUuid(),
        now: platform.now(),
      }),
    },
    authenticate: false,
    ...(scope === 'spark:kms' ? { dpop: await tokenProof(deployment, platform, possession) } : {}),
  });
