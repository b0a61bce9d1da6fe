import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { OrganisationId, SessionId, StatusEntry, StatusPayload, UserId } from '@cloister/wire';

/** What the feed says of a person: never more than this. */
export type Person = { readonly organisationId: OrganisationId; readonly active: boolean };

/** What a verifier may ask. */
export type StatusView = {
  /** Milliseconds since identity last stated everything; infinite before the first complete statement. */
  age(now: number): number;
  person(id: UserId): Person | undefined;
  isRevoked(sid: SessionId): boolean;
  tokenKey(kid: string): KeyObject | undefined;
};

/** The directory as it is kept in a file. */
export type StatusSnapshot = {
  head: number;
  statedAt: number | null;
  keys: JsonWebKey[];
  people: [UserId, OrganisationId, boolean][];
  revoked: [SessionId, number][];
};

/**
 * No token lives longer than this (docs/wires.md §2: 12 h; verifiers refuse longer ones), so a session revoked longer ago
 * cannot matter any more.
 */
export const LONGEST_TOKEN_MS = 24 * 3600 * 1000;

/** What the status feed has stated so far: people, revoked sessions, token keys, and as of when. */
export class StatusDirectory implements StatusView {
  #head = 0;
  #statedAt: number | null = null;
  #keys = new Map<string, { text: string; key: KeyObject }>();
  readonly #people = new Map<UserId, Person>();
  readonly #revoked = new Map<SessionId, number>();

  /** The last sequence number seen: what to ask for next comes after it. */
  get head(): number {
    return this.#head;
  }

  age(now: number): number {
    return this.#statedAt === null ? Number.POSITIVE_INFINITY : Math.max(0, now - this.#statedAt);
  }

  person(id: UserId): Person | undefined {
    return this.#people.get(id);
  }

  isRevoked(sid: SessionId): boolean {
    return this.#revoked.has(sid);
  }

  tokenKey(kid: string): KeyObject | undefined {
    return this.#keys.get(kid)?.key;
  }

  /**
   * Takes a verified statement that follows what is known; returns its entries, or null when it does not follow (another
   * `after`, older than the newest, entries out of order): then nothing changes.
   * The directory counts as fresh only once it has everything up to the statement's `head`.
   */
  apply(statement: StatusPayload): readonly StatusEntry[] | null {
    const issuedAt = statement.issuedAt * 1000;
    if (statement.after !== this.#head || statement.head < this.#head) return null;
    if (this.#statedAt !== null && issuedAt < this.#statedAt) return null;
    if (!inOrder(statement)) return null;
    for (const entry of statement.entries) this.#take(entry);
    this.#setKeys(statement.keys.keys);
    const last = statement.entries.at(-1);
    // Nothing left between `after` and `head` for us: what lies between concerns other realms.
    this.#head = last === undefined ? statement.head : last.seq;
    if (this.#head === statement.head) this.#statedAt = issuedAt;
    this.#forgetOld(issuedAt);
    return statement.entries;
  }

  /** Whether the last statement left something to fetch at once. */
  isBehind(statement: StatusPayload): boolean {
    return this.#head < statement.head;
  }

  snapshot(): StatusSnapshot {
    return {
      head: this.#head,
      statedAt: this.#statedAt,
      keys: [...this.#keys.values()].map(({ text }) => JSON.parse(text) as JsonWebKey),
      people: [...this.#people].map(([id, { organisationId, active }]) => [id, organisationId, active]),
      revoked: [...this.#revoked],
    };
  }

  static restore(snapshot: StatusSnapshot): StatusDirectory {
    const directory = new StatusDirectory();
    directory.#head = snapshot.head;
    directory.#statedAt = snapshot.statedAt;
    directory.#setKeys(snapshot.keys);
    for (const [id, organisationId, active] of snapshot.people) directory.#people.set(id, { organisationId, active });
    for (const [sid, at] of snapshot.revoked) directory.#revoked.set(sid, at);
    return directory;
  }

  #take(entry: StatusEntry): void {
    if (entry.kind === 'person')
      this.#people.set(entry.id, { organisationId: entry.organisationId, active: entry.active });
    if (entry.kind === 'session') this.#revoked.set(entry.sid, entry.revokedAt * 1000);
  }

  /** Only P-256 keys sign tokens. An unchanged key keeps its object, so that verified tokens stay verified. */
  #setKeys(jwks: readonly JsonWebKey[]): void {
    const next = new Map<string, { text: string; key: KeyObject }>();
    for (const { kid, kty, crv, x, y } of jwks) {
      if (typeof kid !== 'string' || kty !== 'EC' || crv !== 'P-256') continue;
      const text = JSON.stringify({ kid, kty, crv, x, y });
      const known = this.#keys.get(kid);
      const key = known?.text === text ? known.key : publicKey({ kty, crv, x, y } as JsonWebKey);
      if (key !== null) next.set(kid, { text, key });
    }
    this.#keys = next;
  }

  #forgetOld(now: number): void {
    for (const [sid, at] of this.#revoked) {
      if (now - at > LONGEST_TOKEN_MS + 3600_000) this.#revoked.delete(sid);
    }
  }
}

function inOrder({ after, head, entries }: StatusPayload): boolean {
  let last = after;
  return entries.every(({ seq }) => {
    const follows = seq > last && seq <= head;
    last = seq;
    return follows;
  });
}

function publicKey(jwk: JsonWebKey): KeyObject | null {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    return null;
  }
}
