/** The part of the WebSocket interface the SDK uses; Node 24 and browsers have it as a global. */
export interface Socket {
  onopen: ((event: unknown) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  onerror: ((event: unknown) => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

/** A cancellable timer. */
export interface Timer {
  cancel(): void;
}

/** Everything the SDK takes from outside itself; tests and bots give their own. */
export interface Platform {
  readonly fetch: typeof fetch;
  readonly openSocket: (url: string) => Socket;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly randomUuid: () => string;
  /** In [0, 1): jitter only, never keys. */
  readonly jitter: () => number;
  readonly after: (ms: number, run: () => void) => Timer;
}

/** The globals of Node 24 or a browser. */
export const globalPlatform: Platform = {
  fetch: (...args) => globalThis.fetch(...args),
  // Its handlers take narrower events than Socket's; we never call them ourselves.
  openSocket: (url) => new globalThis.WebSocket(url) as unknown as Socket,
  now: () => Date.now(),
  randomUuid: () => globalThis.crypto.randomUUID(),
  jitter: () => Math.random(),
  after: (ms, run) => {
    const handle = setTimeout(run, ms);
    return { cancel: () => clearTimeout(handle) };
  },
};
