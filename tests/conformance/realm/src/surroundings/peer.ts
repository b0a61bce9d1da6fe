import { createHash, generateKeyPairSync } from 'node:crypto';
import {
  createServer as createHttpServer,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { json } from 'node:stream/consumers';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { type CertifiedKey, certifyTlsKey, checkTlsCertificate, rootsFromPem } from '@cloister/certs';
import { type ListClaims, type ReceiptClaims, signList, signReceipt } from '@cloister/receipts';
import {
  instanceUri,
  type KeyUri,
  type KmsHost,
  newId,
  type OrganisationId,
  type ResourceUri,
  type RoomId,
} from '@cloister/wire';
import type { Core } from './core.ts';
import type { Person } from './identity.ts';
import type { LinkStream } from './link-stream.ts';
import { type TlsPair, tlsSettings } from './tls-settings.ts';

/** What was answered to a question of ours. */
export type PeerAnswer = { readonly status: number; readonly type: string; readonly body: unknown };
/** A question of the realm, as it came. */
export type Asked = { readonly path: string; readonly body: Readonly<Record<string, unknown>> };
type Answer = { readonly status: number; readonly body?: object };

/** Another organisation's key server, as the realm meets it in streams. */
export class Peer {
  readonly kmsHost: KmsHost;
  readonly organisationId: OrganisationId = newId();
  /** Everything that the realm asked. */
  readonly asked: Asked[] = [];
  readonly #core: Core;
  readonly #realm: KmsHost;
  readonly #authority: CertifiedKey;
  readonly #receiptKeys = generateKeyPairSync('ed25519');
  readonly #lists = new Map<string, ListClaims>();
  readonly #keys = new Map<string, object>();
  #pair: TlsPair | undefined;
  /** Decides changes that the realm passes on; without it they are refused. */
  onChange: ((asked: Asked) => Promise<Answer>) | null = null;
  #watching = new Set<(asked: Asked) => void>();
  /** What it gives instead of an answer of its own. */
  instead: ((asked: Asked) => Promise<Answer> | Answer | null) | null = null;

  constructor(kmsHost: KmsHost, realm: KmsHost, parts: { readonly core: Core; readonly authority: CertifiedKey }) {
    this.kmsHost = kmsHost;
    this.#realm = realm;
    this.#core = parts.core;
    this.#authority = parts.authority;
  }

  get receiptKey() {
    const { kty, crv, x } = this.#receiptKeys.publicKey.export({ format: 'jwk' }) as {
      kty: 'OKP';
      crv: 'Ed25519';
      x: string;
    };
    return { kty, crv, x, kid: createHash('sha256').update(x).digest('base64url') };
  }

  /** A certificate for this name, under the accepted root unless told. */
  async certify(kmsHost: KmsHost = this.kmsHost, root: CertifiedKey = this.#authority): Promise<TlsPair> {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const publicJwk = publicKey.export({ format: 'jwk' });
    const cert = await certifyTlsKey({ root, kmsHost, publicJwk, now: new Date() });
    return { cert, key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string };
  }

  async open(): Promise<void> {
    this.#pair = await this.certify();
  }

  /** A resource that is at home here. */
  makeResource(people: readonly Person[], roomId: RoomId = newId()): { roomId: RoomId; resourceUri: ResourceUri } {
    const resourceUri = instanceUri(this.kmsHost, 'resources', newId());
    this.#lists.set(resourceUri, {
      iss: this.kmsHost,
      aud: this.#realm,
      resourceUri,
      roomId,
      organisationId: this.organisationId,
      authorizationVersion: 1,
      departureVersion: 0,
      revocationEpoch: 0,
      people: people.map(({ id, organisationId }) => ({ id, organisationId, authorizationId: newId() })),
      isFrozen: false,
      issuedAt: 0,
    });
    return { roomId, resourceUri };
  }

  /** A key bound to such a resource. */
  makeKey(resourceUri: ResourceUri): { readonly uri: KeyUri; readonly k: string } {
    const uri = instanceUri(this.kmsHost, 'keys', newId());
    const k = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url');
    const bindDate = new Date().toISOString();
    this.#keys.set(uri, { uri, jwk: { kid: uri, kty: 'oct', k }, bindDate, createDate: bindDate, resourceUri });
    return { uri, k };
  }

  listOf(resourceUri: ResourceUri): ListClaims {
    const list = this.#lists.get(resourceUri);
    if (list === undefined) throw new Error('no such resource of the peer');
    return list;
  }

  changeList(resourceUri: ResourceUri, change: Partial<ListClaims>): void {
    this.#lists.set(resourceUri, { ...this.listOf(resourceUri), ...change });
  }

  signList(claims: ListClaims): Promise<string> {
    return signList(
      { ...claims, issuedAt: Date.now() / 1000 },
      { kid: this.receiptKey.kid, key: this.#receiptKeys.privateKey },
    );
  }

  signReceipt(claims: Omit<ReceiptClaims, 'iss' | 'issuedAt'>): Promise<string> {
    const whole = { ...claims, iss: this.kmsHost, issuedAt: Date.now() / 1000 } as ReceiptClaims;
    return signReceipt(whole, { kid: this.receiptKey.kid, key: this.#receiptKeys.privateKey });
  }

  /** The next question of the realm that matches. */
  until(matches: (asked: Asked) => boolean): Promise<Asked> {
    return new Promise((resolve) => {
      const watch = (asked: Asked) => {
        if (!matches(asked)) return;
        this.#watching.delete(watch);
        resolve(asked);
      };
      this.#watching.add(watch);
    });
  }

  /** Takes a stream that the realm opened to this peer. */
  serve(stream: LinkStream, pair: TlsPair | undefined = this.#pair): void {
    const http = createHttpServer((request, response) => void this.#answer(request, response));
    const tls = createServer({ ...tlsSettings, ...pair, ca: this.#authority.certificatePem, requestCert: true });
    tls.on('secureConnection', (socket: TLSSocket) => http.emit('connection', socket));
    tls.on('tlsClientError', () => stream.destroy());
    tls.emit('connection', stream);
  }

  /** A stream to the realm with TLS on it; null where the realm would not have it. `pair` null: without a certificate. */
  async connect(
    pair: TlsPair | null | undefined = this.#pair,
    root: string = this.#authority.certificatePem,
  ): Promise<Connection | null> {
    const stream = (await this.#core.link()).streams.open(this.kmsHost);
    const { promise, resolve } = Promise.withResolvers<TLSSocket | null>();
    const socket = connect({ ...tlsSettings, ...pair, socket: stream, servername: this.#realm, ca: root });
    socket.once('secureConnect', () => resolve(socket));
    socket.on('error', () => resolve(null));
    socket.once('close', () => resolve(null));
    // TLS over a stream does not always notice that the stream is gone.
    stream.once('close', () => socket.destroy());
    const secure = await promise;
    if (secure === null) return null;
    await checkTlsCertificate({
      certificate: secure.getPeerCertificate().raw,
      names: [this.#realm],
      purpose: 'server',
      roots: await rootsFromPem(this.#authority.certificatePem),
      now: Date.now(),
    });
    return new Connection(secure, stream, this.#realm);
  }

  /** One question over a connection of its own. */
  async ask(method: string, path: string, body?: object): Promise<PeerAnswer> {
    const connection = await this.connect();
    if (connection === null) throw new Error('the realm does not let its peer in');
    const answer = await connection.ask(method, path, body);
    connection.end();
    if (answer === null) throw new Error('the realm ended the connection without an answer');
    return answer;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const body = request.method === 'POST' ? ((await json(request)) as Record<string, unknown>) : {};
    const asked = { path, body };
    this.asked.push(asked);
    const { status, body: told } = (await this.instead?.(asked)) ?? (await this.#own(asked));
    const type = status < 400 ? 'application/json' : 'application/problem+json';
    response.writeHead(status, { 'content-type': type }).end(told === undefined ? undefined : JSON.stringify(told));
    for (const watch of this.#watching) watch(asked);
  }

  async #own(asked: Asked): Promise<Answer> {
    const { path, body } = asked;
    if (path === '/federation/v1/realm') {
      return {
        status: 200,
        body: { kmsHost: this.kmsHost, organisationIds: [this.organisationId], receiptKey: this.receiptKey },
      };
    }
    if (path === '/federation/v1/lists') {
      const claims = this.#lists.get(String(body.resourceUri));
      return claims === undefined ? notFound : { status: 200, body: { list: await this.signList(claims) } };
    }
    if (path === '/federation/v1/keys') {
      const keys = (body.keyUris as string[]).map((uri) => this.#keys.get(uri) ?? { uri, code: 'kms/not-authorized' });
      return { status: 200, body: { keys } };
    }
    if (path === '/federation/v1/readers') return { status: 200, body: { statements: [] } };
    if (path === '/federation/v1/recalls' || path === '/federation/v1/removals') return { status: 204 };
    return (await this.onChange?.(asked)) ?? notFound;
  }
}

/** For what came before the end of a stream to be read. */
const afterEndMs = 1_000;

const notFound: Answer = {
  status: 404,
  body: { type: 'urn:cloister:error:kms/not-authorized', title: 'x', status: 404, code: 'kms/not-authorized' },
};

/** HTTP over one connection to the realm. */
export class Connection {
  readonly stream: LinkStream;
  readonly #socket: TLSSocket;
  readonly #kmsHost: string;

  constructor(socket: TLSSocket, stream: LinkStream, kmsHost: string) {
    this.#socket = socket;
    this.stream = stream;
    this.#kmsHost = kmsHost;
    socket.on('error', () => undefined);
    // Many questions may go over one connection.
    socket.setMaxListeners(0);
  }

  /** The answer; null when the connection ended instead. */
  ask(
    method: string,
    path: string,
    body?: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<PeerAnswer | null> {
    if (this.#socket.destroyed) return Promise.resolve(null);
    return new Promise((resolve) => {
      const text = body === undefined ? '' : JSON.stringify(body);
      const type =
        body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) };
      const request = httpRequest({
        createConnection: () => this.#socket,
        method,
        path,
        headers: { host: this.#kmsHost, connection: 'keep-alive', ...type, ...headers },
      });
      request.on('response', (response) => {
        const { 'content-type': kind = '' } = response.headers;
        const status = response.statusCode ?? 0;
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => {
          const said = Buffer.concat(parts).toString();
          resolve({ status, type: kind, body: said === '' ? null : JSON.parse(said) });
        });
      });
      request.on('error', () => resolve(null));
      this.#socket.once('close', () => resolve(null));
      // What was said before the end is read by then; a request on a TLS socket whose stream is gone hears of nothing.
      void this.stream.over.then(() => setTimeout(resolve, afterEndMs, null).unref());
      request.end(text);
    });
  }

  end(): void {
    this.#socket.end();
  }
}
