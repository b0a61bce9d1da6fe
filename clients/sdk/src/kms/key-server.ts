import { type KeyChannel, routeOf } from '@cloister/kms-channel';
import { CloisterError, type KmsMethod, type KmsResponse, type RoomId } from '@cloister/wire';
import { backoff } from '../async/backoff.ts';
import { type Deferred, deferred } from '../async/deferred.ts';
import type { Platform, Timer } from '../platform.ts';
import type { Session } from '../session/session.ts';
import type { ChannelKeeper } from './channel-keeper.ts';
import { Refusal } from './refusal.ts';

/** One KMS operation: the published members, and the room for two-part changes (wires §4). */
export interface KmsCall {
  readonly method: KmsMethod;
  readonly uri: string;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly roomId?: RoomId;
  /** Ends the wait for an answer. */
  readonly signal?: AbortSignal | undefined;
}

/** A sealed request that travels inside another one, and the way to read its sealed answer. */
export interface SealedCall {
  readonly sealed: string;
  /** @throws CloisterError what the key server answered, or `seal/…` when it cannot be read */
  open(answer: string): Promise<KmsResponse>;
}

export interface KeyServerOptions {
  readonly platform: Platform;
  readonly session: Session;
  readonly clientId: () => Promise<string>;
  readonly channels: ChannelKeeper;
  readonly send: (message: string) => void;
  /** It refused something because a main key is off: the organisation’s, or that of a room. */
  readonly revoked?: () => void;
}

interface Waiting {
  readonly call: KmsCall;
  readonly requestId: string;
  readonly done: Deferred<KmsResponse>;
  readonly end: number;
  sealed: { readonly text: string; readonly channel: KeyChannel } | undefined;
  count: number;
  resets: number;
  timer: Timer | undefined;
}

const ladder = { first: 2_500, most: 16_000 };
const deadline = 45_000;
/** Unanswered this often in one channel, the channel is taken for lost: a key server that forgot it cannot say so. */
const mostSilent = 3;
/** A key server that resets without end is not followed without end. */
const mostResets = 3;

/** Requests to the own key server through the secure channel, each answered, refused, or timed out. */
export class KeyServer {
  readonly #options: KeyServerOptions;
  readonly #waiting = new Map<string, Waiting>();

  constructor(options: KeyServerOptions) {
    this.#options = options;
  }

  /**
   * @param requestId the same as before for a change that was not answered: it is made once (architecture §5)
   * @throws CloisterError `kms/…`: a {@link Refusal}, or `kms/timeout` when nobody answered; `client/cancelled`
   */
  async ask(call: KmsCall, requestId = this.#options.platform.randomUuid()): Promise<KmsResponse> {
    const { platform } = this.#options;
    const waiting: Waiting = {
      call,
      requestId,
      done: deferred<KmsResponse>(),
      end: platform.now() + deadline,
      sealed: undefined,
      count: 0,
      resets: 0,
      timer: undefined,
    };
    this.#waiting.set(waiting.requestId, waiting);
    void this.#post(waiting);
    const cancel = () => waiting.done.reject(new CloisterError('client/cancelled'));
    call.signal?.addEventListener('abort', cancel, { once: true });
    if (call.signal?.aborted) cancel();
    try {
      return await waiting.done.promise;
    } finally {
      call.signal?.removeEventListener('abort', cancel);
      waiting.timer?.cancel();
      this.#waiting.delete(waiting.requestId);
    }
  }

  /** Seals a call for the core to forward beside its own half of a change. */
  async seal(call: KmsCall): Promise<SealedCall> {
    const channel = await this.#options.channels.channel();
    const requestId = this.#options.platform.randomUuid();
    const sealed = await channel.seal(await this.#frame(call, requestId));
    return { sealed, open: async (answer) => this.#accept(await this.#openAnswer(answer, channel)) };
  }

  /** Messages for this device from the event socket. What belongs to nobody is dropped. */
  async received(messages: readonly string[]): Promise<void> {
    for (const message of messages) {
      try {
        await this.#receive(message);
      } catch {
        // Not authentic, or not for us: the ladder goes on.
      }
    }
  }

  /** The line is back: everything unanswered goes out again at once. */
  hurry(): void {
    this.#options.channels.hurry();
    for (const waiting of this.#waiting.values()) void this.#post(waiting);
  }

  /** Nobody will answer: whoever waits is told why at once. */
  refused(cause: CloisterError): void {
    for (const waiting of this.#waiting.values()) waiting.done.reject(cause);
    this.#options.channels.refused(cause);
  }

  close(): void {
    for (const waiting of this.#waiting.values()) waiting.done.reject(new CloisterError('client/cancelled'));
    this.#options.channels.close();
  }

  async #receive(message: string): Promise<void> {
    const route = routeOf(message);
    if (route.form === 'sealed') {
      const channel = this.#options.channels.byUri(route.kid);
      if (channel === undefined) return;
      const response = await channel.open(message);
      const waiting = this.#waiting.get(response.requestId);
      if (waiting === undefined) return;
      return this.#settle(waiting, response);
    }
    if (route.form === 'signed' && !(await this.#options.channels.answered(message))) await this.#perhapsReset(message);
  }

  /** A reset counts only when its signature names one of our channels (threats row 20); the channel checks that. */
  async #perhapsReset(message: string): Promise<void> {
    for (const channel of this.#options.channels.all()) {
      try {
        await channel.open(message);
      } catch (cause) {
        if (cause instanceof CloisterError && cause.code === 'kms/reset') return this.#lostChannel(channel);
      }
    }
  }

  #lostChannel(channel: KeyChannel): void {
    this.#options.channels.drop(channel);
    for (const waiting of this.#waiting.values()) {
      if (waiting.sealed?.channel !== channel) continue;
      waiting.sealed = undefined;
      waiting.resets += 1;
      if (waiting.resets > mostResets) waiting.done.reject(new CloisterError('kms/reset'));
      else void this.#post(waiting);
    }
  }

  #settle(waiting: Waiting, response: KmsResponse): void {
    const refusal = Refusal.in(response);
    if (refusal === undefined) {
      waiting.done.resolve(response);
      return;
    }
    // The token ended between sealing and reading: forget it and seal anew.
    if (refusal.code === 'kms/unauthenticated' && waiting.resets < mostResets) {
      void this.#renewToken(waiting);
      return;
    }
    waiting.done.reject(this.#heard(refusal));
  }

  #accept(response: KmsResponse): KmsResponse {
    const refusal = Refusal.in(response);
    if (refusal !== undefined) throw this.#heard(refusal);
    return response;
  }

  #heard(refusal: Refusal): Refusal {
    if (refusal.code === 'kms/revoked') this.#options.revoked?.();
    return refusal;
  }

  async #renewToken(waiting: Waiting): Promise<void> {
    waiting.resets += 1;
    waiting.sealed = undefined;
    const { session } = this.#options;
    await session.kmsCredential().then(
      ({ bearer }) => session.refused(bearer),
      () => {},
    );
    await this.#post(waiting);
  }

  /** Sends, and comes back for the same until it is answered: the same sealed bytes while their channel lives. */
  async #post(waiting: Waiting): Promise<void> {
    const { platform, channels, send } = this.#options;
    waiting.timer?.cancel();
    try {
      if (waiting.sealed !== undefined && waiting.count > 0 && waiting.count % mostSilent === 0) {
        channels.drop(waiting.sealed.channel);
        waiting.sealed = undefined;
      }
      if (waiting.sealed !== undefined && channels.byUri(waiting.sealed.channel.uri) === undefined) {
        waiting.sealed = undefined;
      }
      waiting.sealed ??= await this.#sealFor(waiting);
    } catch (cause) {
      return waiting.done.reject(cause);
    }
    if (!this.#waiting.has(waiting.requestId)) return;
    const left = waiting.end - platform.now();
    if (left <= 0) return waiting.done.reject(new CloisterError('kms/timeout'));
    send(waiting.sealed.text);
    const wait = Math.min(left, backoff(ladder, waiting.count, platform.jitter()));
    waiting.count += 1;
    waiting.timer?.cancel();
    waiting.timer = platform.after(wait, () => void this.#post(waiting));
  }

  async #sealFor(waiting: Waiting): Promise<{ text: string; channel: KeyChannel }> {
    const channel = await this.#options.channels.channel();
    return { text: await channel.seal(await this.#frame(waiting.call, waiting.requestId)), channel };
  }

  /** The same requestId in every channel: the key server applies an operation once (architecture §5). */
  async #frame({ method, uri, body, roomId }: KmsCall, requestId: string): Promise<object> {
    const { session, clientId } = this.#options;
    const { bearer } = await session.kmsCredential();
    const client = { clientId: await clientId(), credential: { userId: session.personId, bearer } };
    return { client, requestId, method, uri, ...body, ...(roomId === undefined ? {} : { cloister: { roomId } }) };
  }

  /** An answer may come in a newer channel when the request was repeated meanwhile. */
  async #openAnswer(answer: string, channel: KeyChannel): Promise<KmsResponse> {
    const route = routeOf(answer);
    return (this.#options.channels.byUri(route.kid) ?? channel).open(answer);
  }
}
