import { CloisterError, type OrganisationId, type UserId } from '@cloister/wire';
import { Listeners } from '../async/listeners.ts';
import { singleFlight } from '../async/single-flight.ts';
import { globalPlatform, type Platform } from '../platform.ts';
import type { Store } from '../store/store.ts';
import { claimStore } from '../store/store-owner.ts';
import { newPossessionKey, type PossessionKey } from './possession-key.ts';
import { openReductions } from './reductions.ts';
import type { ScopedTokens } from './scoped-tokens.ts';
import type { Deployment, KmsCredential, Session, SessionOptions } from './session.ts';
import { readStoredGrant, removeStoredGrant, writeStoredGrant } from './stored-session.ts';
import { readOwnClaims } from './token-claims.ts';
import { type Grant, requestToken, revokeToken } from './token-endpoint.ts';

/** Renewed this long before the end, so that nothing sent meets an expired token. */
const margin = 60_000;

/** The one Session: full token with refresh, and the three reductions. */
export class TokenSession implements Session {
  readonly deployment: Deployment;
  readonly personId: UserId;
  readonly organisationId: OrganisationId;
  readonly #store: Store;
  readonly #platform: Platform;
  readonly #reductions: ScopedTokens;
  readonly #listeners = new Listeners();
  readonly #refresh = singleFlight(() => this.#store.exclusive('refresh', () => this.#refreshNow()));
  #grant: Grant;
  #signedOut = false;

  private constructor(options: SessionOptions, grant: Grant, possession: PossessionKey) {
    const { personId, organisationId } = readOwnClaims(grant.accessToken);
    this.deployment = options.deployment;
    this.personId = personId;
    this.organisationId = organisationId;
    this.#store = options.store;
    this.#platform = options.platform ?? globalPlatform;
    this.#grant = grant;
    this.#reductions = openReductions({
      deployment: options.deployment,
      platform: this.#platform,
      possession,
      fullToken: () => this.fullToken(),
      renewFull: (refused) => this.#renew(refused),
    });
  }

  /** Keeps a fresh grant and opens the session. */
  static async begin(options: SessionOptions, grant: Grant): Promise<TokenSession> {
    const session = new TokenSession(options, grant, await newPossessionKey());
    await claimStore(options.store, session.personId);
    await writeStoredGrant(options.store, grant);
    return session;
  }

  /** Opens the session the store remembers. */
  static async resume(options: SessionOptions): Promise<TokenSession | undefined> {
    const grant = await readStoredGrant(options.store);
    return grant === undefined ? undefined : new TokenSession(options, grant, await newPossessionKey());
  }

  get signedOut(): boolean {
    return this.#signedOut;
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.subscribe(listener);
  }

  coreToken(): Promise<string> {
    return this.#guarded(() => this.#reductions.token('spark:all'));
  }

  peopleToken(): Promise<string> {
    return this.#guarded(() => this.#reductions.token('spark:people_read'));
  }

  kmsCredential(): Promise<KmsCredential> {
    return this.#guarded(() => this.#reductions.kmsCredential());
  }

  refused(token: string): void {
    this.#reductions.forget(token);
  }

  async fullToken(): Promise<string> {
    if (this.#signedOut) throw new CloisterError('client/not-signed-in');
    if (this.#grant.expiresAt - margin > this.#platform.now()) return this.#grant.accessToken;
    await this.#guarded(() => this.#refresh());
    return this.#grant.accessToken;
  }

  async signOut(): Promise<void> {
    const { refreshToken, accessToken } = this.#grant;
    this.#end();
    // Revoking the refresh token ends the whole session at identity (`sid`), the access tokens with it.
    await revokeToken(this.deployment, this.#platform, refreshToken ?? accessToken).catch(() => {});
    await this.#store.clear();
  }

  /** Brings another full token after identity refused `token`; without effect when that happened already. */
  async #renew(token: string): Promise<void> {
    if (this.#grant.accessToken === token) await this.#refresh();
  }

  async #refreshNow(): Promise<void> {
    // Another tab or process with this store may have refreshed meanwhile, and a refresh token serves once: using it
    // again would end the sign-in (RFC 9700 §4.14.2).
    const stored = await readStoredGrant(this.#store);
    if (stored !== undefined && stored.accessToken !== this.#grant.accessToken) {
      this.#grant = stored;
      if (stored.expiresAt - margin > this.#platform.now()) return;
    }
    const { refreshToken } = this.#grant;
    if (refreshToken === undefined) throw new CloisterError('client/not-signed-in');
    const grant = await requestToken(this.deployment, this.#platform, {
      form: { grant_type: 'refresh_token', refresh_token: refreshToken, self_contained_token: 'true' },
      authenticate: true,
    });
    this.#grant = { refreshToken, ...grant };
    await writeStoredGrant(this.#store, this.#grant);
  }

  /** A refused refresh ends the session; a silent server does not. */
  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    if (this.#signedOut) throw new CloisterError('client/not-signed-in');
    try {
      return await work();
    } catch (cause) {
      if (cause instanceof CloisterError && cause.code === 'client/not-signed-in') {
        this.#end();
        await removeStoredGrant(this.#store);
      }
      throw cause;
    }
  }

  #end(): void {
    if (this.#signedOut) return;
    this.#signedOut = true;
    this.#listeners.announce();
  }
}
