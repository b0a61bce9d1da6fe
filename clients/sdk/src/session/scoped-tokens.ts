import type { KmsHost } from '@cloister/wire';
import { singleFlight } from '../async/single-flight.ts';
import type { Platform } from '../platform.ts';
import type { PossessionKey } from './possession-key.ts';
import type { KmsCredential } from './session.ts';
import type { Grant } from './token-endpoint.ts';

/** The scopes of short tokens, one for each realm that may see it (wires §2). */
export type TokenScope = 'spark:all' | 'spark:kms' | 'spark:people_read';

export interface ScopedTokensOptions {
  readonly platform: Platform;
  readonly kmsHost: KmsHost;
  readonly possession: PossessionKey;
  /** Asks identity for a token of this scope. */
  readonly ask: (scope: TokenScope) => Promise<Grant>;
}

interface Scoped {
  readonly ask: () => Promise<Grant>;
  held: Grant | undefined;
}

/** Renewed at a fifth of the lifetime before the end, a minute at most. */
const isFresh = (grant: Grant | undefined, asked: number, now: number): grant is Grant =>
  grant !== undefined && grant.expiresAt - Math.min(60_000, (grant.expiresAt - asked) / 5) > now;

/** Short tokens by scope, each cached and asked for once at a time. */
export class ScopedTokens {
  readonly #options: ScopedTokensOptions;
  readonly #scopes = new Map<TokenScope, Scoped>();
  readonly #asked = new WeakMap<Grant, number>();

  constructor(options: ScopedTokensOptions) {
    this.#options = options;
  }

  async token(scope: TokenScope): Promise<string> {
    const scoped = this.#of(scope);
    const { held } = scoped;
    const asked = held === undefined ? 0 : (this.#asked.get(held) ?? 0);
    if (isFresh(held, asked, this.#options.platform.now())) return held.accessToken;
    return (await scoped.ask()).accessToken;
  }

  async kmsCredential(): Promise<KmsCredential> {
    const bearer = await this.token('spark:kms');
    const { possession, platform, kmsHost } = this.#options;
    return {
      bearer,
      prove: (channelJwk) => possession.kmsProof({ bearer, channelJwk, kmsHost, now: new Date(platform.now()) }),
    };
  }

  forget(token: string): void {
    for (const scoped of this.#scopes.values()) if (scoped.held?.accessToken === token) scoped.held = undefined;
  }

  #of(scope: TokenScope): Scoped {
    const known = this.#scopes.get(scope);
    if (known !== undefined) return known;
    const scoped: Scoped = {
      held: undefined,
      ask: singleFlight(async () => {
        const grant = await this.#options.ask(scope);
        scoped.held = grant;
        this.#asked.set(grant, this.#options.platform.now());
        return grant;
      }),
    };
    this.#scopes.set(scope, scoped);
    return scoped;
  }
}
