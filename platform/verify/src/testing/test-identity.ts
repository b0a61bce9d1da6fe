import { generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from 'node:crypto';
import { createServer as createHttp, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import {
  base64url,
  type KmsHost,
  newId,
  type OrganisationId,
  parsePeopleQuestion,
  peopleStatementType,
  type SessionId,
  type StatedPerson,
  type StatusEntry,
  type UserId,
} from '@cloister/wire';
import { signEdDsa } from '../compact-jws.ts';
import { openRealmVerifier } from '../open-realm-verifier.ts';

export const ISSUER = 'https://id.example';

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
export type Fact = DistributiveOmit<StatusEntry, 'seq'>;

/** The half of identity that realms see: token keys, a signed status feed over a real socket, and tokens to try. */
export class TestIdentity {
  readonly token = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly status = generateKeyPairSync('ed25519');
  readonly realmKeys = generateKeyPairSync('ed25519');
  readonly kmsHost = 'kms.acme.example' as KmsHost;
  readonly organisationId = newId<OrganisationId>();
  readonly personId = newId<UserId>();
  readonly sid = newId<SessionId>();
  /** Seconds since 1970. */
  now = 1_800_000_000;
  tokenKeys: { kid: string; key: KeyObject }[] = [{ kid: 'k1', key: this.token.publicKey }];
  pageSize = 5000;
  /** What the next answers say instead of the truth. */
  forge: ((statement: Record<string, unknown>) => string) | null = null;
  readonly asked: string[] = [];
  /** Which organisations people belong to, and the ids of each question about them. */
  readonly organisations = new Map<UserId, OrganisationId>();
  readonly questions: UserId[][] = [];
  /** What identity says of some of them beside that. */
  readonly changed = new Map<UserId, Partial<StatedPerson>>();
  /** What the next answers about people say instead of the truth; null for no answer at all. */
  forgePeople: ((statement: Record<string, unknown>) => string | null) | null = null;
  /** What questions about people wait for before they are answered. */
  pause: () => Promise<void> = async () => {};
  /** Answers nobody about people. */
  refusing = false;
  /** Most questions about people that were under way at the same time. */
  together = 0;
  #underWay = 0;
  readonly #facts: Fact[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #verifyRealm = openRealmVerifier({
    realms: [{ kmsHost: this.kmsHost, linkKey: this.realmKeys.publicKey.export({ format: 'jwk' }) }],
    audience: 'identity',
  });
  #server: Server | null = null;

  constructor() {
    this.state({ kind: 'person', id: this.personId, organisationId: this.organisationId, active: true });
  }

  /** Adds an entry and answers whoever waits. */
  state(fact: Fact): void {
    this.#facts.push(fact);
    this.answerAll();
  }

  /** Ends every long poll now, as after its 20 seconds. */
  answerAll(): void {
    for (const answer of this.#waiting) answer();
    this.#waiting.clear();
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  statement(after: number): Record<string, unknown> {
    return {
      iss: ISSUER,
      after,
      head: this.#facts.length,
      issuedAt: this.now,
      keys: {
        keys: this.tokenKeys.map(({ kid, key }) => ({
          ...key.export({ format: 'jwk' }),
          kid,
          alg: 'ES256',
          use: 'sig',
        })),
      },
      entries: this.#facts.map((fact, index) => ({ seq: index + 1, ...fact })).slice(after, after + this.pageSize),
    };
  }

  sign(
    statement: Record<string, unknown>,
    key: KeyObject = this.status.privateKey,
    typ = 'cloister-status+jws',
  ): string {
    return signEdDsa({ typ }, statement, key);
  }

  get statusKey(): JsonWebKey {
    return this.status.publicKey.export({ format: 'jwk' });
  }

  /** An access token; `claims` and `header` replace the good ones. */
  accessToken(
    claims: Record<string, unknown> = {},
    header: Record<string, unknown> = {},
    key = this.token.privateKey,
  ): string {
    const part = (value: object) => base64url.encode(Buffer.from(JSON.stringify(value)));
    const signed = `${part({ alg: 'ES256', kid: 'k1', typ: 'at+jwt', ...header })}.${part({
      iss: ISSUER,
      sub: this.personId,
      realm: this.organisationId,
      sid: this.sid,
      aud: 'core',
      scope: 'spark:all spark:people_read',
      iat: this.now,
      exp: this.now + 600,
      jti: newId(),
      client_id: 'client',
      ...claims,
    })}`;
    const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
    return `${signed}.${base64url.encode(signature)}`;
  }

  /** Listens on a free port, or the one given; returns the port. */
  async listen(port = 0, tls?: { key: string; cert: string }): Promise<number> {
    const answer = (request: IncomingMessage, response: ServerResponse) => this.#answer(request, response);
    const server = tls === undefined ? createHttp(answer) : createHttps(tls, answer);
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    this.#waiting.clear();
    server?.closeAllConnections();
    if (server !== null) await new Promise((resolve) => server.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', 'http://x');
    this.asked.push(`${url.pathname}${url.search}`);
    try {
      this.#verifyRealm(request.headers.authorization?.replace(/^Bearer /, '') ?? '', { now: this.now * 1000 });
    } catch {
      response.writeHead(401).end();
      return;
    }
    if (request.method === 'POST') {
      void this.#answerPeople(request, response);
      return;
    }
    const after = Number(url.searchParams.get('after'));
    const send = () => {
      const statement = this.statement(after);
      response
        .writeHead(200, { 'content-type': 'application/jose' })
        .end(this.forge?.(statement) ?? this.sign(statement));
    };
    if (url.searchParams.get('wait') === '0' || after < this.#facts.length) send();
    else this.#waiting.add(send);
  }

  async #answerPeople(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#underWay += 1;
    this.together = Math.max(this.together, this.#underWay);
    const { ids } = parsePeopleQuestion(Buffer.concat(await request.toArray()));
    this.questions.push(ids);
    await this.pause();
    this.#underWay -= 1;
    if (this.refusing) {
      response.writeHead(503).end();
      return;
    }
    const people = ids.flatMap((id) => {
      const organisationId = this.organisations.get(id);
      return organisationId === undefined
        ? []
        : [{ id, organisationId, active: true, entry: 1, ...this.changed.get(id) }];
    });
    const statement = { iss: ISSUER, aud: this.kmsHost, issuedAt: this.now, people };
    const truth = () => this.sign(statement, this.status.privateKey, peopleStatementType);
    const text = this.forgePeople === null ? truth() : this.forgePeople(statement);
    if (text !== null) response.writeHead(200, { 'content-type': 'application/jose' }).end(text);
  }
}
