import { generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import {
  type KmsHost,
  newId,
  type OrganisationId,
  parsePeopleQuestion,
  type SessionId,
  type UserId,
} from '@cloister/wire';
import { signEd, signEs } from './jws.ts';
import type { RealmTokens } from './realm-tokens.ts';

/** Somebody who signed in. */
export type Person = { readonly id: UserId; readonly organisationId: OrganisationId; readonly sid: SessionId };

type Entry = { readonly seq: number; readonly kind: string; readonly [member: string]: unknown };

/** Identity as a realm meets it: a status feed, statements about people, and tokens that both vouch for. */
export class Identity {
  readonly issuer: string;
  readonly #feedKey: KeyObject;
  readonly #tokenKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly #server: Server = createServer((request, response) => void this.#answer(request, response));
  readonly #entries: Entry[] = [];
  readonly #people = new Map<string, { readonly person: Person; entry: number; active: boolean; by?: object }>();
  readonly #waiting = new Set<() => void>();
  #tokens: RealmTokens | null = null;
  #kmsHost = '';
  #organisationIds: readonly string[] = [];
  /** How old its statements are, in seconds: a feed that stopped. */
  ageSeconds = 0;
  /** What is wrong with what the realm asked, if anything ever was. */
  readonly faults: string[] = [];
  /** The last entry that the realm said it has. */
  #heard = 0;
  readonly #hearing = new Set<() => void>();

  constructor(issuer: string, feedKey: KeyObject) {
    this.issuer = issuer;
    this.#feedKey = feedKey;
  }

  /** Serves this realm from now on. */
  serve(kmsHost: KmsHost, organisationIds: readonly OrganisationId[], tokens: RealmTokens): void {
    this.#kmsHost = kmsHost;
    this.#organisationIds = organisationIds;
    this.#tokens = tokens;
  }

  async listen(port: number): Promise<void> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  person(organisationId: OrganisationId, roles: readonly 'full-admin'[] = []): Person {
    const person = { id: newId<UserId>(), organisationId, sid: newId<SessionId>() };
    const entry = this.#state({ kind: 'person', id: person.id, organisationId, active: true, roles });
    this.#people.set(person.id, { person, entry, active: true });
    return person;
  }

  /** The person leaves the organisation, by an administrator's hand. Answers the entry. */
  deactivate({ id, organisationId }: Person, by: Person): number {
    const entry = this.#state({ kind: 'person', id, organisationId, active: false, by: { kind: 'person', id: by.id } });
    const known = this.#people.get(id);
    if (known !== undefined) Object.assign(known, { entry, active: false, by: { kind: 'person', id: by.id } });
    return entry;
  }

  revoke({ sid }: Person): void {
    this.#state({ kind: 'session', sid, revokedAt: Date.now() / 1000 });
  }

  /** A key server in the directory. */
  list(kmsHost: KmsHost, organisationIds: readonly OrganisationId[], receiptKey: JsonWebKey): void {
    for (const id of organisationIds) this.#state({ kind: 'organisation', id, name: kmsHost, domains: [] });
    this.#state({ kind: 'realm', kmsHost, organisationIds, active: true, receiptKey });
  }

  /** Resolves once the realm has heard everything; at once while what it hears is too old. */
  async heard(): Promise<void> {
    while (this.ageSeconds === 0 && this.#heard < this.#entries.length) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#hearing.add(resolve);
      await promise;
      this.#hearing.delete(resolve);
    }
  }

  /** A token for key servers, with other claims where told. */
  token(person: Person, change: Readonly<Record<string, unknown>> = {}): string {
    const iat = Math.floor(Date.now() / 1000);
    const { id: sub, organisationId: realm, sid } = person;
    const usual = {
      iss: this.issuer,
      sub,
      realm,
      sid,
      aud: 'kms',
      scope: 'spark:kms',
      iat,
      exp: iat + 3600,
      client_id: 'x',
    };
    const header = { kid: 'token-key', typ: 'at+jwt' };
    return signEs(header, { ...usual, jti: newId(), ...change }, this.#tokenKeys.privateKey);
  }

  #state(entry: Readonly<Record<string, unknown>> & { readonly kind: string }): number {
    const seq = this.#entries.length + 1;
    this.#entries.push({ ...entry, seq });
    for (const wake of this.#waiting) wake();
    return seq;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://identity');
    const fault = this.#tokens?.fault(request.headers.authorization, 'identity') ?? null;
    if (fault !== null) {
      this.faults.push(`${url.pathname}: ${fault}`);
      response.writeHead(401).end();
      return;
    }
    response.setHeader('content-type', 'application/jose');
    if (url.pathname === '/identity/status/v1/feed') await this.#feed(url, response);
    else if (url.pathname === '/identity/status/v1/people' && request.method === 'POST')
      response.end(this.#statement(await json(request)));
    else response.writeHead(404).end();
  }

  async #feed({ searchParams }: URL, response: ServerResponse): Promise<void> {
    const after = Number(searchParams.get('after'));
    this.#heard = Math.max(this.#heard, after);
    for (const wake of this.#hearing) wake();
    const wait = Number(searchParams.get('wait') ?? 0);
    if (wait > 0 && after >= this.#entries.length) await this.#news(Math.min(wait, 1), response);
    const statement = {
      iss: this.issuer,
      after,
      head: this.#entries.length,
      issuedAt: this.#now(),
      keys: { keys: [{ ...this.#tokenKeys.publicKey.export({ format: 'jwk' }), kid: 'token-key' }] },
      entries: this.#entries.filter((entry) => entry.seq > after && this.#concerns(entry)),
    };
    response.end(signEd('cloister-status+jws', statement, this.#feedKey));
  }

  /** A realm hears of its own people; of others it has to ask. */
  #concerns({ kind, organisationId }: Entry): boolean {
    return kind !== 'person' || this.#organisationIds.includes(String(organisationId));
  }

  /** A long poll ends with news, after a while, or with the asker. */
  async #news(seconds: number, response: ServerResponse): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, seconds * 1000);
    this.#waiting.add(resolve);
    response.once('close', resolve);
    await promise;
    clearTimeout(timer);
    this.#waiting.delete(resolve);
  }

  #statement(question: unknown): string {
    const { ids } = parsePeopleQuestion(question);
    const people = ids.flatMap((id) => {
      const known = this.#people.get(id);
      if (known === undefined) return [];
      const { person, active, entry, by } = known;
      return [{ id, organisationId: person.organisationId, active, entry, ...(by === undefined ? {} : { by }) }];
    });
    const statement = { iss: this.issuer, aud: this.#kmsHost, issuedAt: this.#now(), people };
    return signEd('cloister-people+jws', statement, this.#feedKey);
  }

  #now(): number {
    return Date.now() / 1000 - this.ageSeconds;
  }
}
