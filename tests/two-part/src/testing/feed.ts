import { StatusDirectory } from '@cloister/verify';
import type { OrganisationId, StatusEntry, UserId } from '@cloister/wire';

type Statement = Parameters<StatusDirectory['apply']>[0];

/** Identity's word, as entries in their order. */
export class Feed {
  readonly entries: StatusEntry[] = [];
  readonly issuer: string;
  readonly #keys: unknown[];

  constructor(issuer: string, keys: unknown[]) {
    this.issuer = issuer;
    this.#keys = keys;
  }

  get head(): number {
    return this.entries.length;
  }

  state(person: { id: UserId; organisationId: OrganisationId }, active: boolean, by?: UserId): number {
    const { id, organisationId } = person;
    const named = by === undefined ? {} : { by: { kind: 'person' as const, id: by } };
    const seq = this.head + 1;
    this.entries.push({ seq, kind: 'person', id, organisationId, active, ...named } as StatusEntry);
    return seq;
  }

  /** What is stated of everything after an entry. */
  after(after: number, now: number): Statement {
    const entries = this.entries.slice(after);
    const keys = { keys: this.#keys };
    return { iss: this.issuer, after, head: this.head, issuedAt: now / 1000, keys, entries } as unknown as Statement;
  }
}

/** What one realm has heard of it. A crash may cost it the newest statement, as of a file that is written now and then. */
export class FeedView {
  readonly #feed: Feed;
  directory = new StatusDirectory();
  #saved = this.directory.snapshot();

  constructor(feed: Feed) {
    this.#feed = feed;
  }

  get isBehind(): boolean {
    return this.directory.head < this.#feed.head;
  }

  /** Hears everything stated until now; answers the entries. */
  hear(now: number): readonly StatusEntry[] {
    if (this.isBehind) this.#saved = this.directory.snapshot();
    const entries = this.directory.apply(this.#feed.after(this.directory.head, now));
    if (entries === null) throw new Error('a statement that does not follow');
    return entries;
  }

  /** A new life begins with what was saved. */
  restart(): void {
    this.directory = StatusDirectory.restore(this.#saved);
  }
}
