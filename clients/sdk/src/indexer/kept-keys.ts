import { CloisterError, type KeyUri } from '@cloister/wire';
import type { ContentKey } from '../keys/key-record.ts';

export interface KeptKeysOptions {
  /** Asks the key server. */
  readonly fetch: (uri: KeyUri) => Promise<ContentKey>;
  /** Milliseconds of any clock. */
  readonly now: () => number;
  /** How long a key is kept after it was fetched: so much later at most is it asked for again. */
  readonly keepMs?: number;
  /** How many are kept. */
  readonly most?: number;
}

interface Kept {
  readonly asked: Promise<ContentKey>;
  readonly until: number;
  users: number;
  /** Nobody may begin to use it any more. */
  dropped: boolean;
  revoked: boolean;
}

const minutes = 60_000;

/**
 * Content keys for a few minutes: a machine that reads every message of a room cannot ask for its key with each, and one
 * that kept keys for ever would still read when it is no longer let. A refusal is kept as long. Wiped when the last user of
 * a key that is dropped is done, or at once when keys are taken back.
 */
export class KeptKeys {
  readonly #options: Required<KeptKeysOptions>;
  readonly #kept = new Map<KeyUri, Kept>();
  /** Of keys that are in use still, those dropped too. */
  readonly #inUse = new Set<Kept>();

  constructor(options: KeptKeysOptions) {
    this.#options = { keepMs: 3 * minutes, most: 4_096, ...options };
  }

  /** @throws CloisterError `kms/revoked` in place of whatever fails because the key was taken back meanwhile */
  async using<T>(uri: KeyUri, work: (key: ContentKey) => Promise<T>): Promise<T> {
    const kept = this.#get(uri);
    kept.users += 1;
    this.#inUse.add(kept);
    try {
      return await work(await kept.asked);
    } catch (cause) {
      throw kept.revoked ? new CloisterError('kms/revoked', { cause }) : cause;
    } finally {
      kept.users -= 1;
      if (kept.users === 0) {
        this.#inUse.delete(kept);
        if (kept.dropped) wipe(kept);
      }
    }
  }

  /** Wipes every key, those in use too. */
  revoke(): void {
    for (const kept of [...this.#kept.values(), ...this.#inUse]) {
      kept.dropped = true;
      kept.revoked = true;
      wipe(kept);
    }
    this.#kept.clear();
  }

  #get(uri: KeyUri): Kept {
    const { now, keepMs, most, fetch } = this.#options;
    const known = this.#kept.get(uri);
    if (known !== undefined && now() < known.until) return known;
    if (known !== undefined) this.#drop(uri, known);
    // Oldest first: they were asked for in this order.
    for (const [oldest, kept] of this.#kept) {
      if (this.#kept.size < most && now() < kept.until) break;
      this.#drop(oldest, kept);
    }
    const asked = fetch(uri);
    const kept: Kept = { asked, until: now() + keepMs, users: 0, dropped: false, revoked: false };
    this.#kept.set(uri, kept);
    asked.catch((cause: unknown) => {
      // What may pass is asked for again at once.
      if (!isFinal(cause) && this.#kept.get(uri) === kept) this.#kept.delete(uri);
    });
    return kept;
  }

  #drop(uri: KeyUri, kept: Kept): void {
    this.#kept.delete(uri);
    kept.dropped = true;
    if (kept.users === 0) wipe(kept);
  }
}

/** The key server's word about this key alone, which will not be another in a minute. */
const isFinal = (cause: unknown): boolean =>
  cause instanceof CloisterError && (cause.code === 'kms/not-authorized' || cause.code === 'kms/not-found');

/** Also a key that comes only now: it was asked for before it was taken back. */
const wipe = ({ asked }: Kept): void =>
  void asked.then(
    ({ key }) => key.destroy(),
    () => {},
  );
