import type { TrustedKmsKey } from '@cloister/certs';
import { type Handshake, type KeyChannel, startHandshake } from '@cloister/kms-channel';
import { CloisterError } from '@cloister/wire';
import { backoff } from '../async/backoff.ts';
import { type Deferred, deferred } from '../async/deferred.ts';
import { singleFlight } from '../async/single-flight.ts';
import type { Platform, Timer } from '../platform.ts';
import type { Session } from '../session/session.ts';

export interface ChannelKeeperOptions {
  readonly platform: Platform;
  readonly session: Session;
  /** The device's URL. */
  readonly clientId: () => Promise<string>;
  readonly trustedKey: () => Promise<TrustedKmsKey>;
  readonly send: (message: string) => void;
}

/** A channel is replaced this long before its end, so that no request meets an expired one (R305). */
const margin = 60_000;
const ladder = { first: 2_000, most: 16_000 };
const deadline = 45_000;

interface Attempt {
  readonly handshake: Handshake;
  readonly done: Deferred<KeyChannel>;
  timer: Timer | undefined;
}

/**
 * Keeps a secure channel to the own key server: makes one when there is none, renews it before its end, and keeps old
 * ones as long as late answers may come in them.
 */
export class ChannelKeeper {
  readonly #options: ChannelKeeperOptions;
  readonly #open = new Map<string, KeyChannel>();
  readonly #renew = singleFlight(() => this.#handshake());
  #current: KeyChannel | undefined;
  #attempt: Attempt | undefined;
  #closed = false;

  constructor(options: ChannelKeeperOptions) {
    this.#options = options;
  }

  /** A channel fit for sealing. @throws CloisterError `kms/timeout`, `kms/…` when the key server refuses */
  async channel(): Promise<KeyChannel> {
    if (this.#closed) throw new CloisterError('client/cancelled');
    const current = this.#current;
    if (current !== undefined && current.expiresAt - margin > this.#options.platform.now()) return current;
    return this.#renew();
  }

  /** The channel an answer came in, if it is still held. */
  byUri(uri: string): KeyChannel | undefined {
    return this.#open.get(uri);
  }

  /** Every channel that may still bring answers. */
  all(): readonly KeyChannel[] {
    return [...this.#open.values()];
  }

  /** Drops a channel the key server does not know any more. */
  drop(channel: KeyChannel): void {
    if (this.#current === channel) this.#current = undefined;
    this.#open.delete(channel.uri);
    channel.close();
  }

  /** Gives a signed answer to the handshake under way; `false` when it belongs to none. */
  async answered(message: string): Promise<boolean> {
    const attempt = this.#attempt;
    if (attempt === undefined) return false;
    try {
      const channel = await attempt.handshake.finish(message);
      attempt.done.resolve(channel);
    } catch (cause) {
      // An answer that is not ours leaves the handshake open for the right one.
      if (cause instanceof CloisterError && cause.code === 'channel/untrusted-answer') return false;
      attempt.done.reject(cause);
    }
    return true;
  }

  /** The line is back: send at once what waits for an answer. */
  hurry(): void {
    if (this.#attempt !== undefined) this.#options.send(this.#attempt.handshake.message);
  }

  /** Nobody will answer the handshake under way. */
  refused(cause: CloisterError): void {
    this.#attempt?.done.reject(cause);
  }

  close(): void {
    this.#closed = true;
    this.#attempt?.timer?.cancel();
    this.#attempt?.done.reject(new CloisterError('client/cancelled'));
    for (const channel of this.#open.values()) channel.close();
    this.#open.clear();
    this.#current = undefined;
  }

  async #handshake(): Promise<KeyChannel> {
    const { platform, session, clientId, trustedKey } = this.#options;
    const [staticKey, credential, device] = await Promise.all([trustedKey(), session.kmsCredential(), clientId()]);
    const handshake = await startHandshake({
      staticKey,
      clientId: device,
      userId: session.personId,
      bearer: credential.bearer,
      proof: (jwk) => credential.prove(jwk),
      requestId: platform.randomUuid(),
      now: platform.now,
    });
    // Closed while the handshake was prepared: nobody would hear its answer, and repeating it would hold the process.
    if (this.#closed) throw new CloisterError('client/cancelled');
    const attempt: Attempt = { handshake, done: deferred<KeyChannel>(), timer: undefined };
    this.#attempt = attempt;
    this.#sendUntil(attempt, 0, platform.now() + deadline);
    try {
      return this.#adopt(await attempt.done.promise);
    } finally {
      attempt.timer?.cancel();
      if (this.#attempt === attempt) this.#attempt = undefined;
    }
  }

  /** The same bytes again and again: the key server answers a repeated handshake with the same answer or stays silent. */
  #sendUntil(attempt: Attempt, count: number, end: number): void {
    const { platform, send } = this.#options;
    if (platform.now() >= end) {
      attempt.done.reject(new CloisterError('kms/timeout'));
      return;
    }
    send(attempt.handshake.message);
    const wait = backoff(ladder, count, platform.jitter());
    attempt.timer = platform.after(Math.min(wait, Math.max(0, end - platform.now())), () =>
      this.#sendUntil(attempt, count + 1, end),
    );
  }

  #adopt(channel: KeyChannel): KeyChannel {
    const now = this.#options.platform.now();
    for (const old of this.all()) if (old.expiresAt <= now) this.drop(old);
    this.#open.set(channel.uri, channel);
    this.#current = channel;
    return channel;
  }
}
