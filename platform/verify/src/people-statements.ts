import type { KeyObject } from 'node:crypto';
import {
  CloisterError,
  mostPeopleAsked,
  parsePeopleStatement,
  peopleStatementType,
  type StatedPerson,
  type UserId,
} from '@cloister/wire';
import { type IdentityFetch, identityFetch } from './identity-fetch.ts';
import { type IdentityOptions, openIdentityWord, pinnedKey } from './identity-word.ts';
import { LONGEST_FEED_AGE_MS } from './is-stale.ts';
import { signRealmToken } from './realm-token.ts';

const REFUSED = 'verify/untrusted-statement';
const SILENT = 'verify/unavailable';
const usual = { silenceMs: 5000, mostWaiting: 10_000 };

export type PeopleStatementsOptions = IdentityOptions & {
  now?: () => number;
  /** How long identity may take over an answer; 5 s unless told. */
  silenceMs?: number;
  /** How many people may be waited for, 10,000 unless told. */
  mostWaiting?: number;
};

/** Somebody asked for and not answered. */
type Waiting = {
  readonly answer: Promise<StatedPerson | null>;
  resolve(person: StatedPerson | null): void;
  reject(error: unknown): void;
};

/**
 * What identity says of people whom the feed does not tell of, those of other realms: their organisation, and by which entry
 * they are active or not (docs/wires.md §13). Nothing is kept, since only the feed tells when it changes.
 * One request is under way at a time; whoever is asked for meanwhile is in the next.
 */
export class PeopleStatements {
  readonly #options: PeopleStatementsOptions & typeof usual;
  readonly #now: () => number;
  readonly #key: KeyObject;
  readonly #fetch: IdentityFetch;
  readonly #closing = new AbortController();
  readonly #waiting = new Map<UserId, Waiting>();
  #asking = false;

  /** @throws CloisterError `config/invalid` */
  constructor(options: PeopleStatementsOptions) {
    this.#options = { ...usual, ...options };
    this.#now = options.now ?? Date.now;
    this.#key = pinnedKey(options.statusKey);
    // Questions are rare: a connection kept for them would be dead when it is needed.
    this.#fetch = identityFetch(options, { silenceMs: this.#options.silenceMs, keepAlive: false });
  }

  /**
   * Some people as identity knows them now; ids that are nobody's are not in the map.
   * @throws CloisterError `verify/unavailable` when identity does not answer, `verify/untrusted-statement` when what answers is
   *   not to be believed
   */
  async about(ids: Iterable<UserId>): Promise<ReadonlyMap<UserId, StatedPerson>> {
    const asked = [...new Set(ids)].map((id) => this.#ask(id));
    const all = await Promise.all(asked);
    return new Map(all.flatMap((person) => (person === null ? [] : [[person.id, person] as const])));
  }

  /** Ends what is under way; whoever waits is told `verify/unavailable`. */
  close(): void {
    this.#closing.abort();
    this.#fetch.close();
  }

  #ask(id: UserId): Promise<StatedPerson | null> {
    const waiting = this.#waiting.get(id);
    if (waiting !== undefined) return waiting.answer;
    if (this.#waiting.size >= this.#options.mostWaiting) return Promise.reject(new CloisterError(SILENT));
    const { promise: answer, resolve, reject } = Promise.withResolvers<StatedPerson | null>();
    this.#waiting.set(id, { answer, resolve, reject });
    if (!this.#asking) void this.#askAll();
    return answer;
  }

  /** Asks for everybody who waits, a question at a time. */
  async #askAll(): Promise<void> {
    this.#asking = true;
    // Whoever is asked for in the same turn is in the same question.
    await Promise.resolve();
    while (this.#waiting.size > 0) {
      const batch = new Map([...this.#waiting].slice(0, mostPeopleAsked));
      const answered = await this.#question([...batch.keys()]).catch((error: unknown) => asRefusal(error));
      for (const [id, { resolve, reject }] of batch) {
        this.#waiting.delete(id);
        if (answered instanceof CloisterError) reject(answered);
        else resolve(answered.get(id) ?? null);
      }
    }
    this.#asking = false;
  }

  async #question(ids: readonly UserId[]): Promise<ReadonlyMap<UserId, StatedPerson>> {
    const { realm } = this.#options;
    const token = signRealmToken({ key: realm.key, issuer: realm.issuer, audience: 'identity', now: this.#now() });
    const path = '/identity/status/v1/people';
    const text = await this.#fetch.ask({ path, token, body: { ids }, signal: this.#closing.signal });
    return this.#read(text, new Set(ids));
  }

  /** A statement for somebody else, of another time or about other people may be true and is still no answer. */
  #read(text: string, asked: ReadonlySet<UserId>): ReadonlyMap<UserId, StatedPerson> {
    const { issuer, realm } = this.#options;
    const now = this.#now();
    const expected = { key: this.#key, issuer, typ: peopleStatementType, now, parse: parsePeopleStatement };
    const { aud, issuedAt, people } = openIdentityWord(text, expected, REFUSED);
    const stated = new Map(people.map((person) => [person.id, person]));
    const isAnswer = aud === realm.issuer && now - issuedAt * 1000 <= LONGEST_FEED_AGE_MS;
    const isAboutThem = stated.size === people.length && people.every(({ id }) => asked.has(id));
    if (!isAnswer || !isAboutThem) throw new CloisterError(REFUSED);
    return stated;
  }
}

/** Whatever kept the answer away may pass; an answer that is none is another matter. */
const asRefusal = (error: unknown): CloisterError =>
  error instanceof CloisterError && error.code === REFUSED ? error : new CloisterError(SILENT, { cause: error });
