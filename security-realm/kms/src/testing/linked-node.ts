import { connect, type Socket } from 'node:net';
import { openRealmLog } from '@cloister/logging';
import { newId } from '@cloister/wire';
import type { ClientOptions } from 'ws';
import type { Batch } from '../batch/handle-batch.ts';
import { CoreLink } from '../link/core-link.ts';
import { RealmStreams } from '../link/realm-streams.ts';
import type { CoreProcess } from './core-process.ts';

/** A key server's real link to a real core and the streams over it; what it is asked it gives back as it came. */
export class LinkedNode {
  readonly streams = new RealmStreams();
  readonly id = newId();
  /** Batches of clients, as they came. */
  readonly batches: Batch[] = [];
  onBatch: () => void = () => undefined;
  readonly #core: CoreProcess;
  readonly #link: CoreLink;
  #socket: Socket | undefined;

  private constructor(core: CoreProcess, kmsHost: string) {
    this.#core = core;
    const { kmsHost: host } = core.realm(kmsHost);
    const createConnection = ({ socketPath }: { socketPath: string }) => {
      this.#socket = connect(socketPath);
      return this.#socket;
    };
    const discovery = { kmsCluster: `kms://${host}`, rsaPublicKey: '{"kty":"RSA"}' } as const;
    this.#link = new CoreLink({
      url: core.linkUrl,
      socketOptions: { createConnection } as unknown as ClientOptions,
      token: () => core.token(host),
      hello: { type: 'hello', node: this.id, kmsHost: host, discovery, receiptKid: 'r' },
      kms: {
        handleBatch: async (batch) => {
          this.batches.push(batch);
          this.onBatch();
          return batch.messages.map((message, index) => ({ index, message }));
        },
        handleOperation: async () => null,
        handleOperationStatus: async () => null,
        takeRemovals: async () => [],
        removalRecorded: async () => undefined,
      },
      frozen: () => [],
      streams: this.streams,
      log: openRealmLog({ name: 'kms', level: 'silent' }),
      random: () => 0,
      monotonicNow: () => performance.now(),
    });
  }

  /** Resolves when the core has taken it. */
  static async connect(core: CoreProcess, kmsHost: string): Promise<LinkedNode> {
    const node = new LinkedNode(core, kmsHost);
    const taken = node.taken();
    node.#link.start();
    await taken;
    return node;
  }

  /** Resolves when the core takes it the next time. */
  async taken(): Promise<void> {
    const from = this.#core.events.length;
    await this.#core.until(({ event, nodeId }, at) => at >= from && event === 'realm.connected' && nodeId === this.id);
  }

  /** The connection breaks, as it does when the process dies. */
  cut(): void {
    this.#socket?.destroy();
  }

  /** It reads nothing of what the core sends, until told to go on. */
  stall(): void {
    this.#socket?.pause();
  }

  goOn(): void {
    this.#socket?.resume();
  }

  stop(): Promise<void> {
    return this.#link.stop();
  }
}
