import type { WebSocket } from 'ws';

const PING_MS = 10_000;
const DEAD_MS = 30_000;

/** wires.md §4: "websocket pings every 10 s both ways, dead after 30 s". */
export class Heartbeat {
  readonly #socket: WebSocket;
  #timer: NodeJS.Timeout | null = null;
  #heardAt = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    for (const sign of ['message', 'ping', 'pong'] as const) {
      socket.on(sign, () => {
        this.#heardAt = performance.now();
      });
    }
  }

  start(): void {
    this.#heardAt = performance.now();
    this.#timer = setInterval(() => {
      if (performance.now() - this.#heardAt > DEAD_MS) this.#socket.terminate();
      else this.#socket.ping();
    }, PING_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }
}
