import { connect, type Socket } from 'node:net';
import { CloisterError } from '@cloister/wire';
import { parseHello, parseHsmAnswer, parseProofOfHsm } from '../protocol/answers.ts';
import { newChallenge, prove, provesSide } from '../protocol/challenge.ts';
import { FrameReader } from '../protocol/frame.ts';
import { FrameWriter } from '../protocol/frame-writer.ts';
import { hsmError } from './hsm-error.ts';

type Result = Record<string, unknown>;
type Waiting = { readonly resolve: (result: Result) => void; readonly reject: (error: CloisterError) => void };

/** One proved connection to an hsm, with the requests that wait on it. */
export class Link {
  readonly #socket: Socket;
  readonly #writer: FrameWriter;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;

  constructor(socket: Socket, writer: FrameWriter) {
    this.#socket = socket;
    this.#writer = writer;
  }

  /** The answer's result. A request without one in time fails alone; its late answer is dropped. */
  call(request: Result, timeoutMs: number): Promise<Result> {
    if (this.#socket.destroyed) throw new CloisterError('hsm/unavailable');
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => settle(reject)(new CloisterError('hsm/unavailable')), timeoutMs);
      const settle =
        <T>(then: (value: T) => void) =>
        (value: T) => {
          clearTimeout(timer);
          this.#waiting.delete(id);
          then(value);
        };
      this.#waiting.set(id, { resolve: settle(resolve), reject: settle(reject) });
      this.#writer.write({ id, ...request });
    });
  }

  receive(value: unknown): void {
    const answer = parseHsmAnswer(value);
    const call = this.#waiting.get(answer.id);
    if ('error' in answer) call?.reject(hsmError(answer.error));
    else call?.resolve(answer.result);
  }

  fail(): void {
    for (const { reject } of [...this.#waiting.values()]) reject(new CloisterError('hsm/unavailable'));
  }

  close(): void {
    this.#socket.destroy();
  }
}

export type LinkOptions = {
  readonly socket: string;
  readonly secret: Buffer;
  readonly timeoutMs: number;
  readonly onLost: () => void;
};

/** Connects and proves both sides. Throws `hsm/unavailable`, `hsm/unauthenticated`. */
export const openLink = ({ socket: path, secret, timeoutMs, onLost }: LinkOptions): Promise<Link> =>
  new Promise((resolve, reject) => {
    const socket = connect(path);
    const reader = new FrameReader();
    const writer = new FrameWriter(socket);
    const link = new Link(socket, writer);
    const callerChallenge = newChallenge();
    let hsmChallenge: Buffer | null = null;
    let proved = false;
    let fault = new CloisterError('hsm/unavailable');
    const timer = setTimeout(() => socket.destroy(), timeoutMs);

    const receive = (value: unknown): void => {
      if (proved) {
        link.receive(value);
      } else if (hsmChallenge === null) {
        hsmChallenge = Buffer.from(parseHello(value).challenge, 'base64');
        const proof = prove(secret, 'caller', hsmChallenge, callerChallenge);
        writer.write({ challenge: callerChallenge.toString('base64'), proof: proof.toString('base64') });
        // From here on a closed socket means that the proof was not accepted.
        fault = new CloisterError('hsm/unauthenticated');
      } else {
        const proof = Buffer.from(parseProofOfHsm(value).proof, 'base64');
        if (!provesSide(secret, 'hsm', hsmChallenge, callerChallenge, proof)) throw fault;
        proved = true;
        clearTimeout(timer);
        resolve(link);
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
      onLost();
      reject(fault);
      link.fail();
    });
  });
