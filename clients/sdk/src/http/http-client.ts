import { CloisterError } from '@cloister/wire';
import { backoff } from '../async/backoff.ts';
import { pause } from '../async/pause.ts';
import type { Platform } from '../platform.ts';
import { errorOf, type HttpAnswer } from './http-answer.ts';
import { linesOf } from './lines-of.ts';
import { withPatience } from './with-patience.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly body?: unknown;
  /** In place of `body`, as they are. */
  readonly bytes?: Uint8Array;
  readonly signal?: AbortSignal | undefined;
  /** How often a fault that may pass is answered with the same request; only for requests that may repeat. */
  readonly retries?: number;
}

export interface HttpClientOptions {
  readonly platform: Platform;
  readonly token: () => Promise<string>;
  /** Told when a server refused the token, so that the next `token()` brings another. */
  readonly refused: (token: string) => void;
  /** Added to every request, such as `cisco-device-url`. */
  readonly headers?: () => Readonly<Record<string, string>>;
}

/** Takes what it needs of a response; `alive` says that the server still speaks. */
type Read<T> = (response: Response, alive: () => void) => Promise<T>;

const ladder = { first: 500, most: 10_000 };
/** Longer than the core waits for a key server (wires §4). */
const deadline = 60_000;

/** JSON requests with a bearer token: one renewal on 401, and retries of what may pass. */
export class HttpClient {
  readonly #options: HttpClientOptions;

  constructor(options: HttpClientOptions) {
    this.#options = options;
  }

  /** The body of a good answer. @throws CloisterError for any other */
  async json(request: HttpRequest): Promise<unknown> {
    const answer = await this.answer(request);
    if (answer.status >= 400) throw errorOf(answer);
    return answer.body;
  }

  /** The answer, good or refusing. @throws CloisterError `client/offline`, `client/cancelled`, `client/not-signed-in` */
  async answer(request: HttpRequest): Promise<HttpAnswer> {
    const { platform } = this.#options;
    for (let attempt = 0; ; attempt += 1) {
      const last = attempt >= (request.retries ?? 0);
      const answer = await this.#authorized(request).catch((cause: unknown) => {
        const offline = cause instanceof CloisterError && cause.code === 'client/offline';
        if (last || !offline) throw cause;
        return undefined;
      });
      if (answer !== undefined && (last || (answer.status < 500 && answer.status !== 429))) return answer;
      const wait = Math.max((answer?.retryAfter ?? 0) * 1000, backoff(ladder, attempt, platform.jitter()));
      await pause(platform, wait, request.signal);
    }
  }

  /**
   * Gives each line of a good answer to `onLine` as it comes; resolves after the last. Nothing is asked twice, but for a token.
   * @throws CloisterError for any other answer, and for one that breaks off: `client/offline`
   */
  async lines(request: HttpRequest, onLine: (line: string) => Promise<void> | void): Promise<void> {
    const answer = await this.#withToken(request, async (response, alive) => {
      if (!response.ok || response.body === null) return readAnswer(response);
      for await (const line of linesOf(response.body, alive)) await onLine(line);
      return undefined;
    });
    if (answer !== undefined) throw errorOf(answer);
  }

  #authorized(request: HttpRequest): Promise<HttpAnswer> {
    return this.#withToken(request, readAnswer);
  }

  /** Once more with another token when the first is refused. */
  async #withToken<T extends HttpAnswer | undefined>(request: HttpRequest, read: Read<T>): Promise<T> {
    const token = await this.#options.token();
    const first = await this.#once(request, token, read);
    if (first?.status !== 401) return first;
    this.#options.refused(token);
    return this.#once(request, await this.#options.token(), read);
  }

  async #once<T>(request: HttpRequest, token: string, read: Read<T>): Promise<T> {
    const { platform, headers } = this.#options;
    try {
      return await withPatience({ platform, ms: deadline, signal: request.signal }, async (signal, alive) => {
        const response = await platform.fetch(request.url, {
          method: request.method,
          headers: {
            ...headers?.(),
            authorization: `Bearer ${token}`,
            accept: 'application/json',
            trackingid: `cloister_${platform.randomUuid()}`,
            ...contentType(request),
          },
          ...contentOf(request),
          signal,
          redirect: 'error',
        });
        return read(response, alive);
      });
    } catch (cause) {
      if (cause instanceof CloisterError) throw cause;
      throw new CloisterError(request.signal?.aborted ? 'client/cancelled' : 'client/offline', { cause });
    }
  }
}

const contentType = ({ body, bytes }: HttpRequest): Record<string, string> => {
  if (bytes !== undefined) return { 'content-type': 'application/octet-stream' };
  return body === undefined ? {} : { 'content-type': 'application/json' };
};

const contentOf = ({ body, bytes }: HttpRequest): { body?: BodyInit } => {
  if (bytes !== undefined) return { body: bytes as Uint8Array<ArrayBuffer> };
  return body === undefined ? {} : { body: JSON.stringify(body) };
};

/** Reads a fetch response once: status, JSON body, retry-after. */
export const readAnswer = async (response: Response): Promise<HttpAnswer> => {
  const text = await response.text();
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  return {
    status: response.status,
    body: parseBody(text, response.status),
    ...(Number.isFinite(retryAfter) && retryAfter >= 0 ? { retryAfter: Math.min(retryAfter, 60) } : {}),
  };
};

const parseBody = (text: string, status: number): unknown => {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    // A refusing page in HTML, as proxies write them, is a refusal all the same.
    if (status >= 400) return undefined;
    throw new CloisterError('client/unreadable', { cause });
  }
};
