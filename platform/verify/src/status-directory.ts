import type { KeyObject } from 'node:crypto';
import type {
  CaseId,
  KmsHost,
  MachineId,
  OrganisationId,
  Purpose,
  SessionId,
  StatusEntry,
  StatusPayload,
  UserId,
} from '@cloister/wire';
import { leavingOf } from './leaving-of.ts';
import { RealmDirectory } from './realm-directory.ts';
import type { StatusSnapshot } from './status-snapshot.ts';
import type { Case, Leaver, Machine, Organisation, Person, Realm, StatusView } from './status-view.ts';
import { TokenKeys } from './token-keys.ts';

/**
 * No token lives longer than this (docs/wires.md §2: 12 h; verifiers refuse longer ones), so a session revoked longer ago
 * cannot matter any more.
 */
export const LONGEST_TOKEN_MS = 24 * 3600 * 1000;

/** What the status feed has stated so far: people, machines, functions, cases, key servers, organisations, ended sessions, token keys; and as of when. */
export class StatusDirectory implements StatusView {
  #head = 0;
  #statedAt: number | null = null;
  readonly #keys = new TokenKeys();
  readonly #people = new Map<UserId, Person>();
  readonly #machines = new Map<MachineId, Machine>();
  readonly #enabled = new Map<OrganisationId, Set<Purpose>>();
  readonly #cases = new Map<CaseId, Case>();
  readonly #realms = new RealmDirectory();
  readonly #organisations = new Map<OrganisationId, Organisation>();
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

  leavers(): readonly Leaver[] {
    const gone: Leaver[] = [];
    for (const [id, { active, organisationId, entry, by }] of this.#people) {
      if (!active) gone.push({ id, organisationId, entry, ...(by === undefined ? {} : { by }) });
    }
    return gone;
  }

  machine(id: MachineId): Machine | undefined {
    return this.#machines.get(id);
  }

  isEnabled(organisationId: OrganisationId, purpose: Purpose): boolean {
    return this.#enabled.get(organisationId)?.has(purpose) === true;
  }

  casesOf(officer: UserId): readonly Case[] {
    return [...this.#cases.values()].filter((each) => each.officer === officer);
  }

  realm(kmsHost: KmsHost): Realm | null {
    return this.#realms.at(kmsHost);
  }

  realmOf(organisationId: OrganisationId): KmsHost | null {
    return this.#realms.of(organisationId);
  }

  realms(): readonly Realm[] {
    return this.#realms.all();
  }

  organisation(id: OrganisationId): Organisation | null {
    return this.#organisations.get(id) ?? null;
  }

  isRevoked(sid: SessionId): boolean {
    return this.#revoked.has(sid);
  }

  tokenKey(kid: string): KeyObject | undefined {
    return this.#keys.find(kid);
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
    this.#keys.replace(statement.keys.keys);
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
      keys: this.#keys.snapshot(),
      people: [...this.#people].map(([id, { organisationId, active, roles, entry, by, left }]) => [
        id,
        organisationId,
        active,
        roles,
        entry,
        by ?? null,
        left ?? null,
      ]),
      machines: [...this.#machines].map(([id, { organisationId, purpose, active }]) => [
        id,
        organisationId,
        purpose,
        active,
      ]),
      enabled: [...this.#enabled].flatMap(([id, purposes]) =>
        [...purposes].map((purpose): [OrganisationId, Purpose] => [id, purpose]),
      ),
      cases: [...this.#cases.values()],
      realms: this.#realms.all().map(({ kmsHost, organisationIds, keys }) => [kmsHost, organisationIds, keys ?? null]),
      organisations: [...this.#organisations.values()],
      revoked: [...this.#revoked],
    };
  }

  static restore(snapshot: StatusSnapshot): StatusDirectory {
    const directory = new StatusDirectory();
    directory.#head = snapshot.head;
    directory.#statedAt = snapshot.statedAt;
    directory.#keys.replace(snapshot.keys);
    for (const [id, organisationId, active, roles, entry, by, left] of snapshot.people) {
      const known = { organisationId, active, roles, entry, ...(by === null ? {} : { by }) };
      directory.#people.set(id, { ...known, ...(left === null ? {} : { left }) });
    }
    for (const [id, organisationId, purpose, active] of snapshot.machines) {
      directory.#machines.set(id, { organisationId, purpose, active });
    }
    for (const [organisationId, purpose] of snapshot.enabled) directory.#switch(organisationId, purpose, true);
    for (const each of snapshot.cases) directory.#cases.set(each.id, each);
    for (const [kmsHost, organisationIds, keys] of snapshot.realms) {
      directory.#realms.list({ kmsHost, organisationIds, ...(keys === null ? {} : { keys }) });
    }
    for (const each of snapshot.organisations) directory.#organisations.set(each.id, each);
    for (const [sid, at] of snapshot.revoked) directory.#revoked.set(sid, at);
    return directory;
  }

  #take(entry: StatusEntry): void {
    switch (entry.kind) {
      case 'person':
        this.#takePerson(entry);
        return;
      case 'machine': {
        const { id, organisationId, purpose, active } = entry;
        this.#machines.set(id, { organisationId, purpose, active });
        return;
      }
      case 'function':
        this.#switch(entry.organisationId, entry.purpose, entry.enabled);
        return;
      case 'case':
        this.#takeCase(entry);
        return;
      case 'realm': {
        const { kmsHost, organisationIds, active, linkKey, receiptKey, earlierReceiptKeys: earlier = [] } = entry;
        const isKnown = linkKey !== undefined && receiptKey !== undefined;
        const keys = isKnown ? { keys: { linkKey, receiptKeys: [receiptKey, ...earlier] as const } } : {};
        if (active) this.#realms.list({ kmsHost, organisationIds, ...keys });
        else this.#realms.withdraw(kmsHost);
        return;
      }
      case 'session':
        this.#revoked.set(entry.sid, entry.revokedAt * 1000);
        return;
      case 'organisation': {
        const { id, name, domains = [] } = entry;
        // Entries of before organisations were named say nothing of it.
        if (name !== undefined) this.#organisations.set(id, { id, name, domains });
        return;
      }
    }
  }

  /** A leaver stays the leaver of the entry that said so first, whatever is repeated later: removals are named by it. */
  #takePerson({ id, organisationId, active, roles = [], seq, by }: Extract<StatusEntry, { kind: 'person' }>): void {
    const known = this.#people.get(id);
    const left = active ? leavingOf(known) : undefined;
    const since =
      known?.active === active && known.organisationId === organisationId
        ? { entry: known.entry, ...(known.by === undefined ? {} : { by: known.by }) }
        : { entry: seq, ...(by === undefined ? {} : { by }) };
    this.#people.set(id, { organisationId, active, roles, ...since, ...(left === undefined ? {} : { left }) });
  }

  #switch(organisationId: OrganisationId, purpose: Purpose, enabled: boolean): void {
    const on = this.#enabled.get(organisationId) ?? new Set();
    if (enabled) on.add(purpose);
    else on.delete(purpose);
    this.#enabled.set(organisationId, on);
  }

  #takeCase({ kind: _, seq: __, active, approvedBy, ...stated }: Extract<StatusEntry, { kind: 'case' }>): void {
    // "active" without an approver is no approval.
    if (active && approvedBy !== undefined) this.#cases.set(stated.id, { ...stated, approvedBy });
    else this.#cases.delete(stated.id);
  }

  #forgetOld(now: number): void {
    for (const [sid, at] of this.#revoked) {
      if (now - at > LONGEST_TOKEN_MS + 3600_000) this.#revoked.delete(sid);
    }
    for (const [id, { expiresAt }] of this.#cases) {
      if (expiresAt * 1000 <= now) this.#cases.delete(id);
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
