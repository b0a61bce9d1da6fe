import { CloisterError } from '@cloister/wire';
import { singleFlight } from '../async/single-flight.ts';
import type { Platform } from '../platform.ts';
import type { PossessionKey } from './possession-key.ts';
import type { Deployment, KmsCredential } from './session.ts';
import { type Grant, requestToken, tokenUrl } from './token-endpoint.ts';

/** The three scopes a client reduces its full token to, one for each realm that may see it (wires §2). */
export type ReducedScope = 'spark:all' | 'spark:kms' | 'spark:people_read';

export interface ReductionsOptions {
  readonly deployment: Deployment;
  readonly platform: Platform;
  readonly possession: PossessionKey;
  readonly fullToken: () => Promise<string>;
  /** Called when identity refuses the full token: it may have been ended early, while its refresh token still holds. */
  readonly renewFull: (refused: string) => Promise<void>;
}

interface Reduced {
  readonly ask: () => Promise<Grant>;
  held: Grant | undefined;
}

/** Renewed at a fifth of the lifetime before the end, a minute at most. */
const isFresh = (grant: Grant | undefined, asked: number, now: number): grant is Grant =>
  grant !== undefined && grant.expiresAt - Math.min(60_000, (grant.expiresAt - asked) / 5) > now;

/** Scope reductions (kms.md §3.2), each cached and asked for once at a time. */
export class Reductions {
  readonly #options: ReductionsOptions;
  readonly #scopes = new Map<ReducedScope, Reduced>();
  readonly #asked = new WeakMap<Grant, number>();

  constructor(options: ReductionsOptions) {
    this.#options = options;
  }

  async token(scope: ReducedScope): Promise<string> {
    const reduced = this.#of(scope);
    const { held } = reduced;
    const asked = held === undefined ? 0 : (this.#asked.get(held) ?? 0);
    if (isFresh(held, asked, this.#options.platform.now())) return held.accessToken;
    return (await reduced.ask()).accessToken;
  }

  async kmsCredential(): Promise<KmsCredential> {
    const bearer = await this.token('spark:kms');
    const { possession, platform, deployment } = this.#options;
    return {
      bearer,
      prove: (channelJwk) =>
        possession.kmsProof({ bearer, channelJwk, kmsHost: deployment.kmsHost, now: new Date(platform.now()) }),
    };
  }

  forget(token: string): void {
    for (const reduced of this.#scopes.values()) if (reduced.held?.accessToken === token) reduced.held = undefined;
  }

  #of(scope: ReducedScope): Reduced {
    const known = this.#scopes.get(scope);
    if (known !== undefined) return known;
    const reduced: Reduced = {
      held: undefined,
      ask: singleFlight(async () => {
        const grant = await this.#reduce(scope);
        reduced.held = grant;
        this.#asked.set(grant, this.#options.platform.now());
        return grant;
      }),
    };
    this.#scopes.set(scope, reduced);
    return reduced;
  }

  async #reduce(scope: ReducedScope): Promise<Grant> {
    const full = await this.#options.fullToken();
    try {
      return await this.#request(scope, full);
    } catch (cause) {
      if (!(cause instanceof CloisterError) || cause.code !== 'client/not-signed-in') throw cause;
      await this.#options.renewFull(full);
      return this.#request(scope, await this.#options.fullToken());
    }
  }

  async #request(scope: ReducedScope, full: string): Promise<Grant> {
    const { deployment, platform, possession } = this.#options;
    const url = tokenUrl(deployment);
    return requestToken(deployment, platform, {
      form: {
        grant_type: 'urn:cisco:oauth:grant-type:scope-reduction',
        token: full,
        scope,
        client_id: deployment.clientId,
        self_contained_token: 'true',
      },
      authenticate: false,
      ...(scope === 'spark:kms'
        ? {
            dpop: await possession.dpop({
              method: 'POST',
              url,
              id: platform.randomUuid(),
              now: new Date(platform.now()),
            }),
          }
        : {}),
    });
  }
}
