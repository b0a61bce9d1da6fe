import type { KeyObject } from 'node:crypto';
import type { Log } from '@cloister/logging';
import {
  CloisterError,
  type KmsHost,
  type MachineId,
  type OrganisationId,
  type Purpose,
  parseStatusPayload,
  type SessionId,
  type StatusEntry,
  type StatusPayload,
  statusType,
  type UserId,
} from '@cloister/wire';
import { type IdentityFetch, identityFetch } from './identity-fetch.ts';
import { type IdentityOptions, openIdentityWord, pinnedKey } from './identity-word.ts';
import { signRealmToken } from './realm-token.ts';
import type { StatusDirectory } from './status-directory.ts';
import { StatusStore } from './status-store.ts';
import type { Case, Leaver, Machine, Organisation, Person, Realm, StatusView } from './status-view.ts';

const REFUSED = 'platform/unavailable';
const WAIT_SECONDS = 20;
/** The long poll waits up to 20 s. */
const SILENCE_MS = 30_000;
/** How stale the stored copy may get while nothing but the time of the statement changes. */
const SAVE_EVERY_MS = 5000;

export type StatusFeedOptions = IdentityOptions & {
  /** Where to keep what was learned. */
  file: string;
  log?: Log;
  now?: () => number;
  /** A number in [0, 1), for the jitter between attempts. */
  random?: () => number;
};

/**
 * Follows identity's signed status feed by long polling, for ever, until `stop`.
 * Start it, hand it to `openTokenVerifier`, listen for entries with `onEntries`.
 */
export class StatusFeed implements StatusView {
  readonly #options: StatusFeedOptions;
  readonly #now: () => number;
  readonly #key: KeyObject;
  readonly #store: StatusStore;
  readonly #directory: StatusDirectory;
  readonly #fetch: IdentityFetch;
  readonly #stopping = new AbortController();
  readonly #listeners = new Set<(entries: readonly StatusEntry[]) => void>();
  #loop: Promise<void> | null = null;
  #savedAt = Number.NEGATIVE_INFINITY;
  #unsaved = false;

  /** @throws CloisterError `config/invalid` when the pinned key is no Ed25519 JWK */
  constructor(options: StatusFeedOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#key = pinnedKey(options.statusKey);
    this.#store = new StatusStore(options.file, options.issuer);
    this.#directory = this.#store.load();
    this.#fetch = identityFetch(options, { silenceMs: SILENCE_MS, keepAlive: true });
  }

  age(now: number): number {
    return this.#directory.age(now);
  }

  person(id: UserId): Person | undefined {
    return this.#directory.person(id);
  }

  leavers(): readonly Leaver[] {
    return this.#directory.leavers();
  }

  machine(id: MachineId): Machine | undefined {
    return this.#directory.machine(id);
  }

  isEnabled(organisationId: OrganisationId, purpose: Purpose): boolean {
    return this.#directory.isEnabled(organisationId, purpose);
  }

  casesOf(officer: UserId): readonly Case[] {
    return this.#directory.casesOf(officer);
  }

  realm(kmsHost: KmsHost): Realm | null {
    return this.#directory.realm(kmsHost);
  }

  realmOf(organisationId: OrganisationId): KmsHost | null {
    return this.#directory.realmOf(organisationId);
  }

  realms(): readonly Realm[] {
    return this.#directory.realms();
  }

  organisation(id: OrganisationId): Organisation | null {
    return this.#directory.organisation(id);
  }

  isRevoked(sid: SessionId): boolean {
    return this.#directory.isRevoked(sid);
  }

  tokenKey(kid: string): KeyObject | undefined {
    return this.#directory.tokenKey(kid);
  }

  /** Called after each statement with its new entries, in order, perhaps none; returns how to stop listening. */
  onEntries(listener: (entries: readonly StatusEntry[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    this.#loop ??= this.#follow();
  }

  /** Ends the running poll and waits until the last state is on disk. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    this.#fetch.close();
    if (this.#unsaved) await this.#save();
  }

  async #follow(): Promise<void> {
    let failures = 0;
    let wait = 0;
    while (!this.#stopping.signal.aborted) {
      try {
        const behind = await this.#poll(wait);
        failures = 0;
        wait = behind ? 0 : WAIT_SECONDS;
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        this.#options.log?.failure('status-feed.failed', error, { attempt: failures });
        // The first answer after an outage must come at once, since it makes the feed fresh again.
        wait = 0;
        await pause(backoff(failures++, this.#options.random ?? Math.random), this.#stopping.signal);
      }
    }
  }

  /** One request; returns whether more is waiting. */
  async #poll(wait: number): Promise<boolean> {
    const { realm } = this.#options;
    const token = signRealmToken({ key: realm.key, issuer: realm.issuer, audience: 'identity', now: this.#now() });
    const path = `/identity/status/v1/feed?after=${this.#directory.head}&wait=${wait}`;
    const text = await this.#fetch.ask({ path, token, signal: this.#stopping.signal });
    const statement = this.#verify(text);
    const entries = this.#directory.apply(statement);
    if (entries === null) throw new CloisterError(REFUSED, { detail: 'a statement that does not follow the last' });
    for (const listener of this.#listeners) listener(entries);
    this.#unsaved = true;
    if (entries.length > 0 || this.#now() - this.#savedAt >= SAVE_EVERY_MS) await this.#save();
    return this.#directory.isBehind(statement);
  }

  #verify(text: string): StatusPayload {
    const { issuer } = this.#options;
    const expected = { key: this.#key, issuer, typ: statusType, now: this.#now(), parse: parseStatusPayload };
    return openIdentityWord(text, expected, REFUSED);
  }

  /** A full disk costs a restart its head start, nothing else. */
  async #save(): Promise<void> {
    this.#savedAt = this.#now();
    this.#unsaved = false;
    try {
      await this.#store.save(this.#directory.snapshot());
    } catch (error) {
      this.#unsaved = true;
      this.#options.log?.failure('status-feed.not-stored', error);
    }
  }
}

/** Milliseconds before the next attempt: 200 ms doubling to 5 s, each between half and the whole of it. */
export function backoff(failures: number, random: () => number): number {
  return Math.min(200 * 2 ** failures, 5000) * (0.5 + random() / 2);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
