import { backoff, type Ladder } from '../async/backoff.ts';
import { oneMore } from '../async/one-more.ts';
import type { Platform, Timer } from '../platform.ts';

/** When the key server is asked whether the main key is off (docs/wires.md §12), in milliseconds. */
export interface RevocationTiming {
  readonly askEvery: number;
  /** While the main key is off: how soon its return is seen. */
  readonly askRevoked: number;
  readonly unanswered: Ladder;
  /** So long without an answer while connected, and the keys are forgotten too. */
  readonly mostSilence: number;
}

export const revocationTiming: RevocationTiming = {
  askEvery: 4 * 60_000,
  askRevoked: 15_000,
  unanswered: { first: 15_000, most: 120_000 },
  mostSilence: 9 * 60_000,
};

export interface RevocationWatchOptions {
  readonly platform: Platform;
  /** Asks the key server whether the organisation's main key is off. */
  readonly isFrozen: () => Promise<boolean>;
  /** Every key goes, and what they opened with them. */
  readonly forget: () => void;
  /** The key server said that the main key was switched off, or on again. */
  readonly changed: (isRevoked: boolean) => void;
  readonly timing?: RevocationTiming;
}

/**
 * Whether the organisation switched its main key off (invariant 8). What the core tells is a hint: keys are forgotten on
 * it, and the key server is asked. A core that tells nothing and lets nothing through gains nine minutes.
 */
export class RevocationWatch {
  readonly #options: Required<RevocationWatchOptions>;
  readonly #look = oneMore(() => this.#lookNow());
  #isRevoked = false;
  #isOnline = false;
  #unanswered = 0;
  #next: Timer | undefined;
  #silence: Timer | undefined;
  /** Silence before this connection, and since when it goes on. A line that breaks in between does not shorten it. */
  #silent = 0;
  #since = 0;

  constructor(options: RevocationWatchOptions) {
    this.#options = { timing: revocationTiming, ...options };
  }

  /** As the key server said last. */
  get isRevoked(): boolean {
    return this.#isRevoked;
  }

  online(): void {
    if (this.#isOnline) return;
    this.#isOnline = true;
    this.#listen();
    void this.#look();
  }

  offline(): void {
    if (!this.#isOnline) return;
    this.#isOnline = false;
    this.#next?.cancel();
    this.#silence?.cancel();
    this.#silent += this.#options.platform.now() - this.#since;
  }

  /** The core says that a main key was switched off, of whatever organisation. */
  hinted(): void {
    this.#options.forget();
    if (this.#isOnline) void this.#look();
  }

  /**
   * The key server refused something because a main key is off. Whose, it is asked: in a room of another organisation it is
   * theirs, and turns nothing off here.
   */
  refused(): void {
    if (this.#isOnline && !this.#isRevoked) void this.#look();
  }

  async #lookNow(): Promise<void> {
    this.#next?.cancel();
    try {
      const isFrozen = await this.#options.isFrozen();
      this.#unanswered = 0;
      this.#said(isFrozen);
    } catch {
      this.#unanswered += 1;
    }
    if (this.#isOnline) this.#later();
  }

  #said(isRevoked: boolean): void {
    this.#silent = 0;
    if (this.#isOnline) this.#listen();
    if (isRevoked === this.#isRevoked) return;
    this.#isRevoked = isRevoked;
    if (isRevoked) this.#options.forget();
    this.#options.changed(isRevoked);
  }

  #later(): void {
    const { platform, timing } = this.#options;
    this.#next?.cancel();
    this.#next = platform.after(this.#wait(timing, platform.jitter()), () => void this.#look());
  }

  #wait({ askEvery, askRevoked, unanswered }: RevocationTiming, jitter: number): number {
    if (this.#unanswered > 0) return backoff(unanswered, this.#unanswered - 1, jitter);
    return this.#isRevoked ? askRevoked : askEvery;
  }

  #listen(): void {
    const { platform, timing } = this.#options;
    this.#since = platform.now();
    this.#silence?.cancel();
    this.#silence = platform.after(Math.max(0, timing.mostSilence - this.#silent), () => {
      this.#silent = 0;
      this.#options.forget();
      this.#listen();
    });
  }
}
