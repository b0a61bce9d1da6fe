import type { Duplex } from 'node:stream';
import type { KmsHost } from '@cloister/wire';
import { openStream } from './stream-pair.ts';
import type { TestPeers } from './test-peer.ts';

/** Which way bytes go: from who called, or back. */
export type Way = 'up' | 'down';

/** One stream as a core relays it that does with its bytes what a test wants. */
export type Relayed = {
  /** Whom it was opened to. */
  readonly to: KmsHost;
  /** What was said so far, each way. */
  readonly said: Record<Way, Buffer[]>;
  /** The two ends: who called, and who was called. */
  readonly ends: Record<Way, Duplex>;
};

/** What becomes of a chunk: what is passed on instead, on the same stream. */
export type Meddling = (chunk: Buffer, way: Way, stream: Relayed) => readonly Buffer[];

/** A core in the middle of every stream: it chooses who takes it, and what arrives. */
export class HostileCore {
  readonly streams: Relayed[] = [];
  readonly #taken: Promise<void>[] = [];
  /** Who takes a stream instead of whom it was opened to. */
  divert: (to: KmsHost) => string = (to) => to;
  meddle: Meddling = (chunk) => [chunk];

  constructor(peers: TestPeers) {
    peers.intercept = (caller, to) => {
      const called = openStream((far) => {
        this.#taken.push(peers.peers.get(this.divert(to))?.federation.accept(far) ?? Promise.resolve());
      });
      this.#relay({ to, said: { up: [], down: [] }, ends: { up: caller, down: called } });
    };
  }

  /** Resolves when every realm that was handed a stream has taken or refused it. */
  async settled(): Promise<void> {
    await Promise.all(this.#taken);
  }

  #relay(stream: Relayed): void {
    this.streams.push(stream);
    const { up: caller, down: called } = stream.ends;
    const pass = (from: Duplex, way: Way) => {
      from.on('data', (chunk: Buffer) => {
        stream.said[way].push(chunk);
        for (const part of this.meddle(chunk, way, stream)) endOf(stream, way).write(part);
      });
      from.on('error', () => from.destroy());
      from.once('close', () => endOf(stream, way).destroy());
    };
    pass(caller, 'up');
    pass(called, 'down');
  }
}

/** Where bytes of that way arrive. */
export const endOf = ({ ends }: Relayed, way: Way): Duplex => (way === 'up' ? ends.down : ends.up);
