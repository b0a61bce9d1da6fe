import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Log } from '@cloister/logging';
import { CloisterError, type KmsHost, problemMediaType, toProblem } from '@cloister/wire';
import { KeyedBudget } from '../../channel/keyed-budget.ts';
import type { Directory } from '../directory.ts';
import type { FederationLimits } from '../federation-limits.ts';
import type { ProvenPeer } from '../tls/judge-peer.ts';
import { readBody } from './read-body.ts';
import { refuseBroken } from './refuse-broken.ts';
import type { PeerRealm, Route, RouteAnswer } from './route.ts';
import { within } from './within.ts';

export type PeerHttpOptions = {
  readonly kmsHost: KmsHost;
  readonly directory: Directory;
  readonly limits: FederationLimits;
  readonly log: Log;
  readonly now: () => Date;
};

/** A connection of a peer, or of somebody whose first request is answered by why it is refused. */
type Connection = { readonly who: ProvenPeer | CloisterError; isBusy: boolean };

type Answer = RouteAnswer | { readonly status: number; readonly problem: object; readonly isLast: boolean };

/** HTTP with peers that proved who they are, over connections that somebody else opened: nothing listens. */
export class PeerHttp {
  readonly #options: PeerHttpOptions;
  readonly #server: Server;
  readonly #connections = new Map<Duplex, Connection>();
  readonly #budget: KeyedBudget;
  #routes: readonly Route[] = [];

  constructor(options: PeerHttpOptions) {
    this.#options = options;
    const { limits } = options;
    this.#budget = new KeyedBudget(limits.requests);
    this.#server = createServer({
      // Refused by hand, with a problem document.
      requireHostHeader: false,
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.idleMs,
      connectionsCheckingInterval: limits.lookMs,
    });
    this.#server.on('request', (request, response) => void this.#answer(request, response));
    this.#server.on('clientError', refuseBroken);
    // Node looks after its time limits from the moment that a server listens; this one never does.
    this.#server.emit('listening');
  }

  /** What peers may ask from now on. */
  offer(routes: readonly Route[]): void {
    this.#routes = routes;
  }

  /** Answers what comes over this connection. */
  serve(socket: Duplex, peer: ProvenPeer): void {
    const others = [...this.#connections.values()].filter(
      ({ who }) => 'kmsHost' in who && who.kmsHost === peer.kmsHost,
    );
    const isOneTooMany = others.length >= this.#options.limits.connectionsFrom;
    this.#take(socket, isOneTooMany ? new CloisterError('kms/too-many') : peer);
  }

  /** Answers the first request by this, whatever it is: the reason helps whoever runs the other side. */
  refuse(socket: Duplex, reason: CloisterError): void {
    this.#take(socket, reason);
  }

  #take(socket: Duplex, who: Connection['who']): void {
    if (socket.destroyed) return;
    this.#connections.set(socket, { who, isBusy: false });
    socket.once('close', () => this.#connections.delete(socket));
    this.#server.emit('connection', socket);
  }

  /** Ends all connections, whatever they do. */
  endAll(): void {
    for (const socket of this.#connections.keys()) socket.destroy();
  }

  close(): void {
    this.endAll();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { limits, log } = this.#options;
    const { socket } = request;
    const connection = this.#connections.get(socket);
    // Our clients send one request after the other; who sends more would have them all worked on at once.
    if (connection === undefined || connection.isBusy) {
      socket.destroy();
      return;
    }
    connection.isBusy = true;
    const startedAt = performance.now();
    // Half as long again: an answer that nobody takes must not stay either.
    const hard = setTimeout(() => socket.destroy(), limits.requestMs * 1.5);
    response.once('close', () => clearTimeout(hard));
    const route = this.#routes.find(({ method, path }) => method === request.method && path === request.url);
    const answer = await this.#decide(request, route, connection.who);
    connection.isBusy = false;
    send(response, answer);
    if (connection.who instanceof CloisterError) return;
    log.event('federation.request', {
      kmsHost: connection.who.kmsHost,
      route: route?.path ?? '/unknown',
      status: answer.status,
      durationMs: performance.now() - startedAt,
    });
  }

  /** Fails never: what goes wrong is a problem document. */
  async #decide(request: IncomingMessage, route: Route | undefined, who: Connection['who']): Promise<Answer> {
    const signal = AbortSignal.timeout(this.#options.limits.requestMs);
    let hasRead = false;
    try {
      if (who instanceof CloisterError) throw who;
      const realm = this.#realmOf(request, who);
      if (route === undefined) throw new CloisterError('platform/not-found');
      const body = await within(signal, readBody(request, this.#options.limits.bodyBytes));
      hasRead = true;
      return await within(signal, route.answer({ peer: realm, body, signal }));
    } catch (error) {
      const problem = toProblem(error);
      // What says 502 of a peer that one asks, says 403 to a peer that asks.
      const status = problem.code.startsWith('kms/peer-') ? 403 : problem.status;
      if (status >= 500) this.#options.log.failure('federation.request-failed', error);
      return { status, problem: { ...problem, status }, isLast: !hasRead };
    }
  }

  /** Whether the peer may ask at this moment; a connection can outlive the certificate and the place in the directory. */
  #realmOf(request: IncomingMessage, { kmsHost, expiresAt }: ProvenPeer): PeerRealm {
    const { directory, now } = this.#options;
    if (now().getTime() > expiresAt) throw new CloisterError('kms/peer-untrusted');
    const realm = directory.realm(kmsHost);
    if (realm === null) throw new CloisterError('kms/peer-unknown');
    const { host = [] } = request.headersDistinct;
    if (host.length !== 1 || host[0] !== this.#options.kmsHost) throw new CloisterError('platform/unknown-origin');
    if (!this.#budget.take(kmsHost, now().getTime())) throw new CloisterError('kms/too-many');
    return { kmsHost, organisationIds: realm.organisationIds };
  }
}

const send = (response: ServerResponse, answer: Answer): void => {
  if (answer.status === 204) {
    response.writeHead(204).end();
    return;
  }
  const isProblem = 'problem' in answer;
  const body = JSON.stringify(isProblem ? answer.problem : 'body' in answer ? answer.body : null);
  response.writeHead(answer.status, {
    'content-type': isProblem ? problemMediaType : 'application/json',
    'content-length': Buffer.byteLength(body),
    ...(isProblem && answer.isLast ? { connection: 'close' } : {}),
  });
  response.end(body);
};
