import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { StepName } from './step-name.ts';
import type { Arm, Order, Passage, Report } from './wire.ts';

/** Where an operation shall stand still. `roomId` null means any room, for what nobody asks for. */
export interface Stop extends Omit<Passage, 'roomId'> {
  readonly step: StepName;
  /** The server; for a constellation with one key server the step says enough. */
  readonly at?: string;
  readonly roomId: string | null;
}

/** An operation that stands still, or will. */
export interface Stand {
  readonly stop: Stop;
  /** Which room it turned out to be, once it stands. */
  readonly fired: Promise<string>;
  readonly stands: boolean;
  /** Lets it go on; nothing when its server is gone. */
  go(): void;
}

interface Server {
  arms: Arm[];
  socket: Socket | undefined;
}

const servers = { core: 'core', kms: 'acme-kms' } as const;

export interface FailpointOptions {
  /** The servers that can be made to stand still. */
  readonly names?: readonly string[];
  /** How long the core waits for a key server, in milliseconds. */
  readonly patience?: number;
}
const loader = new URL('./in-server/load.ts', import.meta.url);

/** The test's end of the failpoints: servers connect to it when they start, and stand still where they are told. */
export class Failpoints {
  readonly #listener;
  readonly #socketPath: string;
  readonly #patience: number;
  readonly #servers = new Map<string, Server>();
  readonly #firing = new Map<string, (roomId: string) => void>();
  readonly #armed = new Map<number, () => void>();
  #sequence = 0;

  private constructor(socketPath: string, { names = Object.values(servers), patience = 10_000 }: FailpointOptions) {
    this.#socketPath = socketPath;
    this.#patience = patience;
    for (const name of names) this.#servers.set(name, { arms: [], socket: undefined });
    this.#listener = createServer((socket) => this.#accept(socket));
  }

  static async open(socketPath: string, options: FailpointOptions = {}): Promise<Failpoints> {
    const failpoints = new Failpoints(socketPath, options);
    await new Promise<void>((resolve) => failpoints.#listener.listen(socketPath, resolve));
    return failpoints;
  }

  /** For the constellation: how a server loads its failpoints. */
  readonly nodeArguments = (server: string): readonly string[] => {
    if (!this.#servers.has(server)) return [];
    const url = new URL(loader);
    url.search = new URLSearchParams({
      socket: this.#socketPath,
      server,
      patience: `${this.#patience}`,
    }).toString();
    return ['--import', url.href];
  };

  /** Tells the servers, or those that start next, where to stand still; resolves when those that run know. */
  async arm(stops: readonly Stop[]): Promise<Stand[]> {
    const stands = stops.map((stop) => this.#standOf(stop));
    await Promise.all([...this.#servers.values()].map((server) => this.#tell(server)));
    return stands;
  }

  /** Nobody stands still any more, and nobody will. */
  async reset(): Promise<void> {
    for (const { socket } of this.#servers.values()) {
      for (const id of this.#firing.keys()) if (socket !== undefined) say(socket, { type: 'go', id });
    }
    this.#firing.clear();
    for (const server of this.#servers.values()) server.arms = [];
    await this.arm([]);
  }

  close(): void {
    for (const { socket } of this.#servers.values()) socket?.destroy();
    this.#listener.close();
  }

  #standOf(stop: Stop): Stand {
    const { step, kind, roomId, at = servers[step.split(':', 1)[0] as keyof typeof servers] } = stop;
    const id = `${++this.#sequence}`;
    const server = this.#serverOf(at);
    server.arms.push({ id, step, kind, roomId });
    let stands = false;
    const fired = new Promise<string>((resolve) => {
      this.#firing.set(id, (room) => {
        stands = true;
        server.arms = server.arms.filter((arm) => arm.id !== id);
        resolve(room);
      });
    });
    const go = () => {
      if (stands && server.socket !== undefined) say(server.socket, { type: 'go', id });
    };
    return {
      stop,
      fired,
      get stands() {
        return stands;
      },
      go,
    };
  }

  #serverOf(name: string): Server {
    const server = this.#servers.get(name);
    if (server === undefined) throw new Error(`no failpoints in ${name}`);
    return server;
  }

  async #tell(server: Server): Promise<void> {
    const { socket, arms } = server;
    if (socket === undefined) return;
    const sequence = ++this.#sequence;
    const { promise: taken, resolve } = Promise.withResolvers<void>();
    this.#armed.set(sequence, resolve);
    socket.once('close', resolve);
    say(socket, { type: 'arm', sequence, arms });
    await taken;
    this.#armed.delete(sequence);
    socket.off('close', resolve);
  }

  #accept(socket: Socket): void {
    let server: Server | undefined;
    // Many arms at once each wait for the server's word, or its end.
    socket.setMaxListeners(0);
    socket.on('error', () => {});
    socket.on('close', () => {
      if (server?.socket === socket) server.socket = undefined;
    });
    const lines = createInterface({ input: socket });
    // What is written to a server that was just killed fails, and the interface repeats the socket's error.
    lines.on('error', () => {});
    lines.on('line', (line) => {
      const report = JSON.parse(line) as Report;
      if (report.type === 'armed') this.#armed.get(report.sequence)?.();
      else if (report.type === 'fired') this.#firing.get(report.id)?.(report.roomId);
      else {
        server = this.#serverOf(report.server);
        server.socket = socket;
        void this.#tell(server);
      }
    });
  }
}

const say = (socket: Socket, order: Order): void => void socket.write(`${JSON.stringify(order)}\n`);
