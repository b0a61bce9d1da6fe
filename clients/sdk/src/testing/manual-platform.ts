import type { Platform, Socket, Timer } from '../platform.ts';

/** A platform whose time stands still until a test moves it, and whose network is what the test says. */
export interface ManualPlatform extends Platform {
  /** Moves time on, running what is due in order, and lets promises settle in between. */
  advance(ms: number): Promise<void>;
  /** Milliseconds until the next timer, or undefined when none waits. */
  next(): number | undefined;
  /** Sockets opened so far. */
  readonly sockets: ScriptedSocket[];
}

/** A socket whose other end is the test. */
export interface ScriptedSocket extends Socket {
  readonly url: string;
  readonly sent: Record<string, unknown>[];
  closed: boolean;
  open(): void;
  hear(frame: object): void;
  fail(code: number): void;
}

export const manualPlatform = (
  answer: (url: string, init: RequestInit) => Promise<Response> | Response,
): ManualPlatform => {
  let now = 1_800_000_000_000;
  let count = 0;
  const timers = new Map<object, { at: number; run: () => void; order: number }>();
  const sockets: ScriptedSocket[] = [];
  const fire = (handle: object, run: () => void) => {
    timers.delete(handle);
    run();
  };
  const due = () => [...timers.values()].sort((a, b) => a.at - b.at || a.order - b.order)[0];
  return {
    sockets,
    fetch: async (input, init) => answer(String(input), init ?? {}),
    openSocket: (url) => {
      const socket = scriptedSocket(url);
      sockets.push(socket);
      return socket;
    },
    now: () => now,
    randomUuid: () => {
      count += 1;
      return `00000000-0000-4000-8000-${count.toString(16).padStart(12, '0')}`;
    },
    jitter: () => 1,
    after: (ms, run): Timer => {
      const handle = {};
      count += 1;
      timers.set(handle, { at: now + ms, run: () => fire(handle, run), order: count });
      return { cancel: () => void timers.delete(handle) };
    },
    next: () => {
      const first = due();
      return first === undefined ? undefined : first.at - now;
    },
    advance: async (ms) => {
      const end = now + ms;
      await settle();
      for (let first = due(); first !== undefined && first.at <= end; first = due()) {
        now = first.at;
        first.run();
        await settle();
      }
      now = end;
    },
  };
};

/** Lets everything that waits for nothing outside go on: WebCrypto included, which answers from another thread. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

const scriptedSocket = (url: string): ScriptedSocket => {
  const socket: ScriptedSocket = {
    url,
    sent: [],
    closed: false,
    onopen: null,
    onmessage: null,
    onclose: null,
    onerror: null,
    send: (text) => void socket.sent.push(JSON.parse(text) as Record<string, unknown>),
    close: () => {
      socket.closed = true;
    },
    open: () => socket.onopen?.({}),
    hear: (frame) => socket.onmessage?.({ data: JSON.stringify(frame) }),
    fail: (code) => socket.onclose?.({ code, reason: '' }),
  };
  return socket;
};
