import type { HelloFrame, KmsDiscovery } from '@cloister/wire';
import type { StoredDiscovery } from '../store/discovery.ts';
import { Arrivals } from './arrivals.ts';

/**
 * What each realm said of its key server, from memory: a published client repeats a failed answer for ever, so discovery
 * must not depend on the realm or the database being up (kms.md §1.4).
 */
export class Discovery {
  readonly #known = new Map<string, StoredDiscovery>();
  readonly #arrivals = new Arrivals();

  constructor(stored: readonly StoredDiscovery[]) {
    for (const answer of stored) this.#known.set(answer.kmsHost, answer);
  }

  learn({ kmsHost, discovery: answer, receiptKid }: HelloFrame): void {
    this.#known.set(kmsHost, { kmsHost, answer, receiptKid });
    this.#arrivals.arrived(kmsHost);
  }

  receiptKid(kmsHost: string): string | undefined {
    return this.#known.get(kmsHost)?.receiptKid;
  }

  /** The realm's answer; for a realm that never said hello, waits for it until the signal says stop. */
  async answer(kmsHost: string, stop: AbortSignal): Promise<KmsDiscovery | undefined> {
    if (!this.#known.has(kmsHost)) await this.#arrivals.next(kmsHost, stop);
    return this.#known.get(kmsHost)?.answer;
  }
}
