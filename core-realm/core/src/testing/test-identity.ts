import { generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newId, type OrganisationId, type Purpose, type SessionId, type UserId } from '@cloister/wire';

export interface TestPerson {
  readonly id: UserId;
  readonly organisationId: OrganisationId;
  readonly sid: SessionId;
  readonly token: string;
}

const issuer = 'http://localhost:8443/idbroker';
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Identity's half of what the core needs: a signed status feed over real http, and tokens. */
export class TestIdentity {
  readonly issuer = issuer;
  readonly #statusKey = generateKeyPairSync('ed25519');
  readonly #tokenKey = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly #server: Server;
  readonly #entries: object[] = [];
  readonly #organisations = new Map<UserId, OrganisationId>();
  readonly #waiting = new Set<() => void>();
  readonly #settling = new Set<() => void>();
  #told = -1;
  readonly now: () => number;
  /** Seconds that tokens live. */
  tokenLife = 3600;
  /** Set to make the feed fall silent. */
  silent = false;

  constructor(now: () => number = Date.now) {
    this.now = now;
    this.#server = createServer((request, response) => {
      const query = new URL(request.url ?? '/', 'http://identity').searchParams;
      const after = Number(query.get('after'));
      this.#told = after;
      this.#settle();
      const answer = () => {
        clearTimeout(timer);
        this.#waiting.delete(answer);
        if (this.silent) return response.destroy();
        response.writeHead(200, { 'content-type': 'application/jose' }).end(this.#statement(after));
      };
      const timer = setTimeout(answer, Number(query.get('wait')) * 1000);
      if (after < this.#entries.length) answer();
      else this.#waiting.add(answer);
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The newest entry. */
  get head(): number {
    return this.#entries.length;
  }

  get statusJwk(): JsonWebKey {
    return this.#statusKey.publicKey.export({ format: 'jwk' });
  }

  /** Whose a person is, as the feed states it. */
  organisationOf(id: UserId): OrganisationId | undefined {
    return this.#organisations.get(id);
  }

  person(
    organisationId: OrganisationId,
    { id = newId<UserId>(), active = true, roles = [] as readonly 'full-admin'[] } = {},
  ): TestPerson {
    const sid = newId<SessionId>();
    this.#organisations.set(id, organisationId);
    this.#state({ kind: 'person', id, organisationId, active, roles });
    return { id, organisationId, sid, token: this.token({ sub: id, realm: organisationId, sid }) };
  }

  /** A machine account with a token for the core. */
  machine(organisationId: OrganisationId, purpose: Purpose, { id = newId<UserId>() } = {}): TestPerson {
    const sid = newId<SessionId>();
    this.#state({ kind: 'machine', id, organisationId, purpose, active: true });
    return { id, organisationId, sid, token: this.token({ sub: id, realm: organisationId, sid, purpose }) };
  }

  deactivateMachine({ id, organisationId }: TestPerson, purpose: Purpose): void {
    this.#state({ kind: 'machine', id, organisationId, purpose, active: false });
  }

  /** Switches a function on or off; resolves when the core knows. */
  async switch(organisationId: OrganisationId, purpose: Purpose, enabled: boolean): Promise<void> {
    this.#state({ kind: 'function', organisationId, purpose, enabled });
    await this.settled();
  }

  /** States a key server in the directory, or takes it out; resolves when the core knows. */
  async realm(realm: {
    kmsHost: string;
    organisationIds: readonly OrganisationId[];
    active?: boolean;
    linkKey?: object;
    receiptKey?: object;
    earlierReceiptKeys?: readonly object[];
  }): Promise<void> {
    this.#state({ kind: 'realm', active: true, ...realm });
    await this.settled();
  }

  revoke(sid: SessionId): void {
    this.#state({ kind: 'session', sid, revokedAt: Math.floor(this.now() / 1000) });
  }

  /** Somebody leaves the organisation, by an administrator; answers the entry that says so. */
  deactivate({ id, organisationId }: Pick<TestPerson, 'id' | 'organisationId'>, by?: TestPerson): number {
    const named = by === undefined ? {} : { by: { kind: 'person', id: by.id } };
    this.#state({ kind: 'person', id, organisationId, active: false, ...named });
    return this.#entries.length;
  }

  token(claims: {
    sub: UserId;
    realm: OrganisationId;
    sid: SessionId;
    aud?: string;
    life?: number;
    purpose?: Purpose;
  }): string {
    const iat = Math.floor(this.now() / 1000);
    const { life = this.tokenLife, ...rest } = claims;
    return jws(
      { alg: 'ES256', typ: 'at+jwt', kid: 'token-key' },
      { iss: issuer, aud: 'core', scope: 'spark:all', iat, exp: iat + life, jti: newId(), client_id: 'test', ...rest },
      this.#tokenKey.privateKey,
    );
  }

  /** Resolves when the core asks for what comes after everything stated so far: it knows all of it. */
  settled(): Promise<void> {
    return new Promise((resolve) => {
      this.#settling.add(resolve);
      this.#settle();
    });
  }

  #settle(): void {
    if (this.#told < this.#entries.length) return;
    for (const resolve of this.#settling) resolve();
    this.#settling.clear();
  }

  async close(): Promise<void> {
    for (const answer of this.#waiting) answer();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #state(entry: object): void {
    this.#entries.push({ seq: this.#entries.length + 1, ...entry });
    for (const answer of this.#waiting) answer();
  }

  #statement(after: number): string {
    const key = { ...this.#tokenKey.publicKey.export({ format: 'jwk' }), kid: 'token-key' };
    const payload = {
      iss: issuer,
      after,
      head: this.#entries.length,
      issuedAt: Math.floor(this.now() / 1000),
      keys: { keys: [key] },
      entries: this.#entries.slice(after, after + 5000),
    };
    return jws({ alg: 'EdDSA', typ: 'cloister-status+jws' }, payload, this.#statusKey.privateKey);
  }
}

/** A compact JWS under Ed25519 or P-256. */
export const jws = (header: object, payload: object, key: KeyObject): string => {
  const input = `${encode(header)}.${encode(payload)}`;
  const signature =
    key.asymmetricKeyType === 'ed25519'
      ? sign(null, Buffer.from(input), key)
      : sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
};
