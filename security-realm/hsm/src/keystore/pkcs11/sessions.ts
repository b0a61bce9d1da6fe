import { CloisterError } from '@cloister/wire';
import type { Module } from './module.ts';
import { isLoggedInAlready, isLost, isPinRefusal } from './token-fault.ts';
import { TokenSession } from './token-session.ts';

/** More sessions gained nothing on the tokens that were measured (byok.md §1.3). */
const SIZE = 4;

/** What a session is used for; it is done again on another session when the first one was lost. */
type Work<T> = (session: TokenSession) => T | Promise<T>;

/**
 * The way to one token: at most four sessions, each leased to one user at a time, and one more that holds the login. A
 * session is dropped after a refused call. When login, session or token were lost, all is made anew and the work is done
 * once more; what is lost then is `hsm/unavailable`.
 */
export class Sessions {
  readonly #module: Module;
  readonly #pin: Buffer;
  readonly #onLost: () => void;
  readonly #waiting: (() => void)[] = [];
  #idle: TokenSession[] = [];
  #login: { session: TokenSession; slot: Buffer } | null = null;
  #running = 0;
  /** Grows when all is made anew: what was opened before is closed once its user is done. */
  #era = 0;
  #pinRefused = false;

  /** `onLost` is told when handles are good no more. Throws `hsm/keystore-locked`, `hsm/module-unusable`. */
  constructor(module: Module, pin: Buffer, onLost: () => void) {
    this.#module = module;
    this.#pin = Buffer.from(pin);
    this.#onLost = onLost;
    this.#connect();
  }

  async use<T>(work: Work<T>): Promise<T> {
    try {
      return await this.#once(work);
    } catch (cause) {
      if (!isLost(cause)) throw cause;
    }
    try {
      return await this.#once(work);
    } catch (cause) {
      throw isLost(cause) ? unavailable(cause) : cause;
    }
  }

  /** After the work that runs now. */
  async close(): Promise<void> {
    while (this.#running > 0) await this.#turn();
    this.#drop();
    this.#pin.fill(0);
  }

  async #once<T>(work: Work<T>): Promise<T> {
    while (this.#running >= SIZE) await this.#turn();
    const session = this.#take();
    const era = this.#era;
    this.#running += 1;
    try {
      return await work(session);
    } catch (cause) {
      if (isLost(cause) && era === this.#era) this.#drop();
      throw cause;
    } finally {
      this.#running -= 1;
      if (session.spoiled || era !== this.#era) session.close();
      else this.#idle.push(session);
      for (const wake of this.#waiting.splice(0)) wake();
    }
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /**
   * Never one that is logged out: tokens answer that in ways of their own, from showing no keys to an error about a key's
   * length, and NSS 3.87 ends the process when it is asked for a CMAC then.
   */
  #take(): TokenSession {
    const session = this.#idle.pop() ?? this.#open();
    if (session.loggedIn()) return session;
    session.close();
    this.#drop();
    return this.#open();
  }

  #open(): TokenSession {
    try {
      try {
        return TokenSession.open(this.#module, (this.#login ?? this.#connect()).slot);
      } catch {
        this.#drop();
        return TokenSession.open(this.#module, this.#connect().slot);
      }
    } catch (cause) {
      throw unavailable(cause);
    }
  }

  /** Logs in on a session that nothing else uses: with a token's last session its login ends. */
  #connect(): { session: TokenSession; slot: Buffer } {
    // A token locks itself after a few wrong PINs: one is enough to know.
    if (this.#pinRefused) throw new CloisterError('hsm/keystore-locked');
    const slot = this.#module.slot();
    const session = TokenSession.open(this.#module, slot);
    try {
      session.login(this.#pin);
    } catch (cause) {
      if (!isLoggedInAlready(cause)) {
        session.close();
        this.#pinRefused = isPinRefusal(cause);
        if (this.#pinRefused) throw new CloisterError('hsm/keystore-locked', { cause });
        throw new CloisterError('hsm/module-unusable', { detail: 'the token takes no login', cause });
      }
    }
    this.#login = { session, slot };
    return this.#login;
  }

  #drop(): void {
    this.#era += 1;
    for (const session of this.#idle) session.close();
    this.#idle = [];
    this.#login?.session.close();
    this.#login = null;
    this.#onLost();
  }
}

const unavailable = (cause: unknown): CloisterError => new CloisterError('hsm/unavailable', { cause });
