import { connect, type Socket } from 'node:net';
import { CloisterError } from '@cloister/wire';
import { newChallenge, prove, provesSide } from '../protocol/challenge.ts';
import { encodeFrame, FrameReader } from '../protocol/frame.ts';
import {
  type HsmKey,
  type HsmKeyDescription,
  type KeyPurpose,
  parseDescription,
  parseEmpty,
  parseHello,
  parseHsmAnswer,
  parseHsmKey,
  parsePlaintext,
  parseProofOfHsm,
  parseWrapped,
} from '../protocol/messages.ts';
import { hsmCode } from './hsm-code.ts';

type Waiting = { resolve: (result: Record<string, unknown>) => void; reject: (error: CloisterError) => void };
type Link = { socket: Socket; waiting: Map<number, Waiting> };

export type HsmClientOptions = {
  socket: string;
  /** Credential shared with the hsm. */
  secret: Buffer;
  /** How long one request may take before it fails as `hsm/unavailable`. */
  timeoutMs?: number;
};

/**
 * Calls one hsm over its socket; requests are pipelined on one connection, which is made when first needed and again
 * after a loss. Errors: those of the hsm, or `hsm/unavailable`, `hsm/unauthenticated`.
 */
export class HsmClient {
  readonly #options: HsmClientOptions;
  #link: Promise<Link> | null = null;
  #nextId = 1;
  #closed = false;

  constructor(options: HsmClientOptions) {
    this.#options = options;
  }

  async ensureKey(organisationId: string, purpose: KeyPurpose, label: string): Promise<HsmKey> {
    return parseHsmKey(await this.#call({ op: 'ensureKey', organisationId, purpose, label }));
  }

  async createKey(organisationId: string, purpose: KeyPurpose, label: string): Promise<HsmKey> {
    return parseHsmKey(await this.#call({ op: 'createKey', organisationId, purpose, label }));
  }

  async addVersion(keyId: string): Promise<HsmKey> {
    return parseHsmKey(await this.#call({ op: 'addVersion', keyId }));
  }

  async wrap(keyId: string, plaintext: Uint8Array, aad: Uint8Array): Promise<{ wrapped: Buffer; version: number }> {
    const request = { op: 'wrap', keyId, plaintext: base64(plaintext), aad: base64(aad) };
    const { wrapped, version } = parseWrapped(await this.#call(request));
    return { wrapped: Buffer.from(wrapped, 'base64'), version };
  }

  async unwrap(keyId: string, version: number, wrapped: Uint8Array, aad: Uint8Array): Promise<Buffer> {
    const request = { op: 'unwrap', keyId, version, wrapped: base64(wrapped), aad: base64(aad) };
    return Buffer.from(parsePlaintext(await this.#call(request)).plaintext, 'base64');
  }

  async describe(keyId: string): Promise<HsmKeyDescription> {
    return parseDescription(await this.#call({ op: 'describe', keyId }));
  }

  async destroy(keyId: string): Promise<void> {
    parseEmpty(await this.#call({ op: 'destroy', keyId }));
  }

  close(): void {
    this.#closed = true;
    this.#link?.then(
      ({ socket }) => socket.destroy(),
      () => {},
    );
  }

  async #call(request: Record<string, unknown>): Promise<Record<string, unknown>> {
    if (this.#closed) throw new CloisterError('hsm/unavailable');
    this.#link ??= this.#open();
    const link = this.#link;
    const { socket, waiting } = await link;
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => socket.destroy(), this.#options.timeoutMs ?? 5_000);
      const settle =
        <T>(then: (value: T) => void) =>
        (value: T) => {
          clearTimeout(timer);
          waiting.delete(id);
          then(value);
        };
      waiting.set(id, { resolve: settle(resolve), reject: settle(reject) });
      socket.write(encodeFrame({ id, ...request }));
    });
  }

  #open(): Promise<Link> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.#options.socket);
      const reader = new FrameReader();
      const waiting = new Map<number, Waiting>();
      const callerChallenge = newChallenge();
      let hsmChallenge: Buffer | null = null;
      let proved = false;
      const timer = setTimeout(() => socket.destroy(), this.#options.timeoutMs ?? 5_000);
      let fault: CloisterError = new CloisterError('hsm/unavailable');

      const receive = (value: unknown): void => {
        if (hsmChallenge === null) {
          hsmChallenge = Buffer.from(parseHello(value).challenge, 'base64');
          const proof = prove(this.#options.secret, 'caller', hsmChallenge, callerChallenge);
          socket.write(encodeFrame({ challenge: base64(callerChallenge), proof: base64(proof) }));
          // From here on a closed socket means that the proof was not accepted.
          fault = new CloisterError('hsm/unauthenticated');
        } else if (!proved) {
          const proof = Buffer.from(parseProofOfHsm(value).proof, 'base64');
          if (!provesSide(this.#options.secret, 'hsm', hsmChallenge, callerChallenge, proof)) throw fault;
          proved = true;
          fault = new CloisterError('hsm/unavailable');
          clearTimeout(timer);
          resolve({ socket, waiting });
        } else {
          settle(waiting, value);
        }
      };

      socket.on('data', (bytes) => {
        try {
          for (const value of reader.push(bytes)) receive(value);
        } catch {
          socket.destroy();
        }
      });
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        clearTimeout(timer);
        this.#link = null;
        reject(fault);
        for (const { reject: fail } of [...waiting.values()]) fail(new CloisterError('hsm/unavailable'));
      });
    });
  }
}

const settle = (waiting: Map<number, Waiting>, value: unknown): void => {
  const answer = parseHsmAnswer(value);
  const call = waiting.get(answer.id);
  if (!call) return;
  if ('error' in answer) call.reject(new CloisterError(hsmCode(answer.error.code)));
  else call.resolve(answer.result);
};

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
