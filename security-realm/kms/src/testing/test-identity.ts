import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { StatusDirectory } from '@cloister/verify';
import {
  base64url,
  type CaseId,
  CloisterError,
  type KmsHost,
  type MachineId,
  newId,
  type OrganisationId,
  type Purpose,
  type SessionId,
  type StatedPerson,
  type UserId,
} from '@cloister/wire';

/** Who signs in: a person, or a machine with what it is for. */
export type Person = {
  readonly id: UserId;
  readonly organisationId: OrganisationId;
  readonly sid: SessionId;
  readonly purpose?: Purpose;
};

type Entries = Parameters<StatusDirectory['apply']>[0]['entries'];
type CaseEntry = Extract<Entries[number], { kind: 'case' }>;

type Statement = Parameters<StatusDirectory['apply']>[0];

const take = (directory: StatusDirectory, statement: Statement): void => {
  if (directory.apply(statement) === null) throw new Error('bad statement');
};

/** The statement without what concerns other realms' organisations alone; what is left out is no gap (wires.md §2). */
const takeOwn = (
  directory: StatusDirectory,
  statement: Statement,
  organisationIds: readonly OrganisationId[],
): void => {
  const entries = statement.entries.filter(
    (entry) =>
      entry.kind === 'realm' ||
      entry.kind === 'organisation' ||
      entry.kind === 'session' ||
      organisationIds.includes(entry.organisationId),
  );
  take(directory, { ...statement, entries });
  if (directory.head < statement.head) take(directory, { ...statement, after: directory.head, entries: [] });
};

/** What the KMS hears of identity: signed tokens, and a status feed as it would have stated it. */
export class TestIdentity {
  readonly issuer = 'https://id.example/idbroker';
  readonly status = new StatusDirectory();
  readonly #key: KeyObject;
  readonly jwk: { kid: string; kty: string };
  /** Everything stated so far. */
  readonly entries: Entries = [];
  #now: () => Date;
  readonly #narrow = new Map<StatusDirectory, readonly OrganisationId[]>();

  constructor(now: () => Date) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#key = privateKey;
    this.jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'token-key', kty: 'EC' };
    this.#now = now;
    this.refresh();
  }

  /** A statement of this moment, with news or without. */
  refresh(entries: Entries = []): void {
    const after = this.status.head;
    const stated = entries.map((entry, index) => ({ ...entry, seq: after + index + 1 }));
    this.entries.push(...stated);
    const statement = {
      iss: this.issuer,
      after,
      head: after + entries.length,
      issuedAt: this.#now().getTime() / 1000,
      keys: { keys: [this.jwk] },
      entries: stated,
    };
    take(this.status, statement as unknown as Statement);
    for (const [narrow, organisationIds] of this.#narrow)
      takeOwn(narrow, statement as unknown as Statement, organisationIds);
  }

  /** What a realm hears that is told of people, machines, functions and cases of its own organisations alone. */
  narrowed(organisationIds: readonly OrganisationId[]): StatusDirectory {
    const narrow = new StatusDirectory();
    const { head } = this.status;
    const all = {
      iss: this.issuer,
      after: 0,
      head,
      issuedAt: this.#now().getTime() / 1000,
      keys: { keys: [this.jwk] },
    };
    takeOwn(narrow, { ...all, entries: this.entries } as unknown as Statement, organisationIds);
    this.#narrow.set(narrow, organisationIds);
    return narrow;
  }

  person(organisationId: OrganisationId): Person {
    const id = newId<UserId>();
    this.refresh([{ seq: 0, kind: 'person', id, organisationId, active: true }]);
    return { id, organisationId, sid: newId<SessionId>() };
  }

  /** Whether it answers questions about people. */
  isSilent = false;
  /** Ids of each question about people. */
  readonly questions: UserId[][] = [];

  /** What it says of people when it is asked (wires.md §13). */
  async about(ids: Iterable<UserId>): Promise<ReadonlyMap<UserId, StatedPerson>> {
    if (this.isSilent) throw new CloisterError('verify/unavailable');
    const asked = [...ids];
    this.questions.push(asked);
    return new Map(asked.flatMap((id) => this.#stated(id)));
  }

  #stated(id: UserId): [UserId, StatedPerson][] {
    const person = this.status.person(id);
    if (person === undefined) return [];
    const { roles: _, ...stated } = person;
    return [[id, { id, ...stated }]];
  }

  /** A key server in the directory. */
  list(kmsHost: KmsHost, organisationIds: readonly OrganisationId[]): void {
    this.refresh([{ seq: 0, kind: 'realm', kmsHost, organisationIds: [...organisationIds], active: true }]);
  }

  /** It is in the directory no more. */
  withdraw(kmsHost: KmsHost): void {
    this.refresh([{ seq: 0, kind: 'realm', kmsHost, organisationIds: [], active: false }]);
  }

  administrator(organisationId: OrganisationId): Person {
    const id = newId<UserId>();
    this.refresh([{ seq: 0, kind: 'person', id, organisationId, active: true, roles: ['full-admin'] }]);
    return { id, organisationId, sid: newId<SessionId>() };
  }

  machine(organisationId: OrganisationId, purpose: Purpose): Person {
    const id = newId<MachineId>();
    this.refresh([{ seq: 0, kind: 'machine', id, organisationId, purpose, active: true }]);
    return { id: id as string as UserId, organisationId, sid: newId<SessionId>(), purpose };
  }

  switchFunction(organisationId: OrganisationId, purpose: Purpose, enabled: boolean): void {
    this.refresh([{ seq: 0, kind: 'function', organisationId, purpose, enabled }]);
  }

  /** A case that somebody approved; `change` says what is different about it. */
  openCase(officer: Person, custodians: readonly Person[], change: Partial<CaseEntry> = {}): CaseId {
    const id = newId<CaseId>();
    const [openedBy, approvedBy] = [newId<UserId>(), newId<UserId>()];
    const { organisationId } = officer;
    const expiresAt = this.#now().getTime() / 1000 + 3600;
    const people = { officer: officer.id, custodians: custodians.map((each) => each.id), openedBy, approvedBy };
    this.refresh([{ seq: 0, kind: 'case', id, organisationId, active: true, expiresAt, ...people, ...change }]);
    return change.id ?? id;
  }

  /** The person leaves the organisation; answers the feed's entry. */
  deactivate({ id, organisationId }: Person, by?: Person): number {
    const named = by === undefined ? {} : { by: { kind: 'person' as const, id: by.id } };
    this.refresh([{ seq: 0, kind: 'person', id, organisationId, active: false, ...named }]);
    return this.status.head;
  }

  reactivate({ id, organisationId }: Person): void {
    this.refresh([{ seq: 0, kind: 'person', id, organisationId, active: true }]);
  }

  revoke({ sid }: Person): void {
    this.refresh([{ seq: 0, kind: 'session', sid, revokedAt: this.#now().getTime() / 1000 }]);
  }

  /** A KMS token, or with changed claims another. */
  token(
    person: Person,
    change: Readonly<Record<string, unknown>> = {},
    header: Readonly<Record<string, unknown>> = {},
  ): string {
    const iat = Math.floor(this.#now().getTime() / 1000);
    const claims = {
      iss: this.issuer,
      sub: person.id,
      realm: person.organisationId,
      sid: person.sid,
      aud: 'kms',
      scope: 'spark:kms',
      iat,
      exp: iat + 3600,
      jti: randomUUID(),
      client_id: 'test',
      ...(person.purpose === undefined ? {} : { purpose: person.purpose }),
      ...change,
    };
    const part = (value: object) => base64url.encode(Buffer.from(JSON.stringify(value)));
    const signed = `${part({ alg: 'ES256', kid: 'token-key', typ: 'at+jwt', ...header })}.${part(claims)}`;
    const signature = sign('sha256', Buffer.from(signed), { key: this.#key, dsaEncoding: 'ieee-p1363' });
    return `${signed}.${base64url.encode(signature)}`;
  }
}
