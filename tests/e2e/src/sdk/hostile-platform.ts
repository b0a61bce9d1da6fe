import { globalPlatform, type Platform, type Socket } from '@cloister/sdk';

export interface Hostility {
  /** Changes what the core answers to a request. */
  readonly answer?: (url: string, body: unknown) => unknown;
  /** Changes what the core says on the event socket; `undefined` swallows it. */
  readonly event?: (frame: Record<string, unknown>) => unknown;
  /** Called before a request goes out; throwing makes it never arrive. */
  readonly before?: (url: string, init: RequestInit | undefined) => void;
  /** Called when the answer is there; throwing loses it. */
  readonly after?: (url: string, init: RequestInit | undefined) => void;
}

export interface HostilePlatform extends Platform {
  /** What stands between the client and the core now. */
  hostility: Hostility;
  /** Cuts every open event socket without a word. */
  cut(): void;
  /** Until it is called again with false, sockets do not open. */
  block(blocked: boolean): void;
  /** Requests made, oldest first: `GET <url>`. */
  readonly requests: string[];
}

/** A core that does what it likes with what passes through it, but has no key (adversary A3). */
export const hostilePlatform = (): HostilePlatform => {
  const sockets = new Set<{ real: Socket; face: Socket }>();
  let blocked = false;
  const platform: HostilePlatform = {
    ...globalPlatform,
    hostility: {},
    requests: [],
    block: (value) => {
      blocked = value;
    },
    cut: () => {
      for (const { real, face } of sockets) {
        real.onclose = null;
        real.onmessage = null;
        real.close();
        face.onclose?.({ code: 1006, reason: '' });
      }
      sockets.clear();
    },
    fetch: async (input, init) => {
      const url = String(input);
      platform.requests.push(`${init?.method ?? 'GET'} ${url}`);
      platform.hostility.before?.(url, init);
      const response = await fetch(input, init);
      platform.hostility.after?.(url, init);
      const { answer } = platform.hostility;
      if (answer === undefined || !(response.headers.get('content-type') ?? '').includes('json')) return response;
      const body = answer(url, await response.clone().json());
      return new Response(JSON.stringify(body), { status: response.status, headers: response.headers });
    },
    openSocket: (url) => {
      if (blocked) throw new Error('blocked');
      const real = globalPlatform.openSocket(url);
      const face: Socket = {
        onopen: null,
        onmessage: null,
        onclose: null,
        onerror: null,
        send: (text) => real.send(text),
        close: (code, reason) => real.close(code, reason),
      };
      const pair = { real, face };
      sockets.add(pair);
      real.onopen = (event) => face.onopen?.(event);
      real.onerror = (event) => face.onerror?.(event);
      real.onclose = (event) => {
        sockets.delete(pair);
        face.onclose?.(event);
      };
      real.onmessage = ({ data }) => {
        const { event } = platform.hostility;
        const frame: unknown = event === undefined ? data : event(JSON.parse(String(data)) as Record<string, unknown>);
        if (frame !== undefined) face.onmessage?.({ data: typeof frame === 'string' ? frame : JSON.stringify(frame) });
      };
      return face;
    },
  };
  return platform;
};
