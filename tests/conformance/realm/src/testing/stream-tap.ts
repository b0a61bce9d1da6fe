import { generateKeyPairSync } from 'node:crypto';
import { createServer as createHttpServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { certifyTlsKey } from '@cloister/certs';
import {
  type CoreFrame,
  formatStreamBytes,
  type KmsHost,
  parseRealmFrame,
  parseStreamBytes,
  type Uuid,
} from '@cloister/wire';
import { files, readSuiteKeys } from '../prepare.ts';
import { readSurroundings } from '../surroundings/hand-over.ts';
import { LinkStream } from '../surroundings/link-stream.ts';
import { LinkStreams } from '../surroundings/link-streams.ts';
import { type TlsPair, tlsSettings } from '../surroundings/tls-settings.ts';

type Sides = {
  readonly toCore: (data: string | Uint8Array) => void;
  readonly toRealm: (data: string | Uint8Array) => void;
};

/**
 * Stands inside the streams that others open to a realm, which takes the authority's own key: for each resource it goes on
 * giving the first list it saw, rightly signed.
 */
export class StreamTap {
  readonly #folder: string;
  readonly #sides: Sides;
  /** The ends towards whoever opened a stream, by the id it has there. */
  readonly #near = new Map<string, LinkStream>();
  readonly #far: LinkStreams;
  readonly #farIds = new Set<string>();
  readonly #first = new Map<string, unknown>();

  constructor(folder: string, sides: Sides) {
    this.#folder = folder;
    this.#sides = sides;
    const known = (frame: CoreFrame) => {
      if (frame.type === 'stream-open') this.#farIds.add(frame.stream);
      sides.toRealm(JSON.stringify(frame));
    };
    this.#far = new LinkStreams({ frame: known, bytes: sides.toRealm, violation: () => undefined });
  }

  /** Whether it was for this. */
  frameOfCore(frame: CoreFrame): boolean {
    if (frame.type === 'stream-open') {
      void this.#open(frame.stream, frame.from);
      return true;
    }
    if (frame.type !== 'stream-credit' && frame.type !== 'stream-end') return false;
    const near = this.#near.get(frame.stream);
    if (frame.type === 'stream-credit') near?.credited(frame.bytes);
    else near?.ended(frame.reason);
    return near !== undefined;
  }

  bytesOfCore(data: Buffer): boolean {
    const { stream, bytes } = parseStreamBytes(data);
    const near = this.#near.get(stream);
    near?.arrived(bytes);
    return near !== undefined;
  }

  frameOfRealm(data: Buffer): boolean {
    const frame = parseRealmFrame(data);
    if (frame.type !== 'stream-credit' && frame.type !== 'stream-end') return false;
    if (!this.#farIds.has(frame.stream)) return false;
    this.#far.receive(frame);
    return true;
  }

  bytesOfRealm(data: Buffer): boolean {
    if (!this.#farIds.has(parseStreamBytes(data).stream)) return false;
    this.#far.receiveBytes(data);
    return true;
  }

  async #open(stream: Uuid, from: KmsHost): Promise<void> {
    const { toCore } = this.#sides;
    const near = new LinkStream({
      bytes: (bytes) => toCore(formatStreamBytes({ stream, bytes })),
      credit: (bytes) => toCore(JSON.stringify({ type: 'stream-credit', stream, bytes })),
      end: (reason) => toCore(JSON.stringify({ type: 'stream-end', stream, reason })),
    });
    this.#near.set(stream, near);
    const { kmsHost } = readSurroundings(files(this.#folder).surroundings);
    const { root } = readSuiteKeys(this.#folder);
    const ca = root.certificatePem;
    const far = connect({
      ...tlsSettings,
      ...(await this.#pair(from)),
      ca,
      socket: this.#far.open(from),
      servername: kmsHost,
    });
    const http = createHttpServer((asked, answer) => void this.#pass(asked, answer, far));
    const tls = createServer({
      ...tlsSettings,
      ...(await this.#pair(kmsHost)),
      ca,
      requestCert: true,
      rejectUnauthorized: false,
    });
    tls.on('secureConnection', (socket: TLSSocket) => http.emit('connection', socket));
    tls.on('tlsClientError', () => near.destroy());
    for (const end of [near, far])
      end.on('error', () => undefined).on('close', () => (end === near ? far : near).destroy());
    tls.emit('connection', near);
  }

  async #pass(asked: IncomingMessage, answer: ServerResponse, far: TLSSocket): Promise<void> {
    const body = await buffer(asked);
    const passed = request({
      createConnection: () => far,
      method: asked.method,
      path: asked.url,
      headers: asked.headers,
    });
    passed.on('error', () => answer.destroy());
    passed.on('response', async (told) => {
      const said = await buffer(told);
      const isList = asked.url === '/federation/v1/lists' && told.statusCode === 200;
      const { resourceUri } = isList ? (JSON.parse(body.toString()) as { resourceUri: string }) : { resourceUri: '' };
      if (isList && !this.#first.has(resourceUri)) this.#first.set(resourceUri, said);
      const type = told.headers['content-type'];
      answer.writeHead(told.statusCode ?? 500, type === undefined ? {} : { 'content-type': type });
      answer.end(isList ? this.#first.get(resourceUri) : said);
    });
    passed.end(body);
  }

  async #pair(kmsHost: KmsHost): Promise<TlsPair> {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { root } = readSuiteKeys(this.#folder);
    const publicJwk = publicKey.export({ format: 'jwk' });
    const cert = await certifyTlsKey({ root, kmsHost, publicJwk, now: new Date() });
    return { cert, key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string };
  }
}
