import { setTimeout as pause } from 'node:timers/promises';
import { handshake, type Relay, type TrustedDiscovery } from './channel.ts';
import type { LoadDevice } from './device.ts';
import type { Tokens } from './person.ts';

export interface Talker {
  readonly device: LoadDevice;
  readonly tokens: Tokens;
  readonly relay: Relay;
}

/** What the key server allows one person: 60 at once, some of which others than us may need, and so many a second more. */
const burst = 50;
const perSecond = 2;

/** Makes handshakes, as many as the key server allows and no more: beyond that it would be silent. */
export class Handshakes {
  readonly #trusted: TrustedDiscovery;
  readonly #talkers: readonly Talker[];
  #left = burst;
  #at = performance.now();

  constructor(trusted: TrustedDiscovery, talkers: readonly Talker[]) {
    this.#trusted = trusted;
    this.#talkers = talkers;
  }

  /** Prepares `each` handshakes of every person; the result sends them all at once and resolves with their number. */
  async prepare(each: number): Promise<{ count: number; send: () => Promise<unknown> }> {
    await this.#allow(each);
    const prepared = await Promise.all(
      this.#talkers.map(async ({ device, tokens, relay }) => {
        const shakes = await Promise.all(Array.from({ length: each }, () => handshake(this.#trusted, device, tokens)));
        return { relay, messages: shakes.map(({ message }) => message) };
      }),
    );
    const send = () => Promise.all(prepared.map(({ relay, messages }) => relay.send(messages)));
    return { count: each * this.#talkers.length, send };
  }

  /** Waits until the key server allows each person so many more. */
  async #allow(each: number): Promise<void> {
    this.#refill();
    await pause(Math.max(0, (each - this.#left) / perSecond) * 1000);
    this.#refill();
    this.#left -= each;
  }

  /** What is saved up never exceeds the burst, as in the key server. */
  #refill(): void {
    const now = performance.now();
    this.#left = Math.min(burst, this.#left + ((now - this.#at) / 1000) * perSecond);
    this.#at = now;
  }
}
