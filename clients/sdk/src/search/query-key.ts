import { CloisterError, type KeyLimits, parseInstanceUri, type UserId } from '@cloister/wire';
import { singleFlight } from '../async/single-flight.ts';
import { numberOf, textOf } from '../json.ts';
import type { ContentKeys } from '../keys/content-keys.ts';
import type { ContentKey } from '../keys/key-record.ts';
import type { OwnKeys } from '../keys/own-keys.ts';
import type { KeyServer } from '../kms/key-server.ts';
import type { Platform } from '../platform.ts';
import type { Store } from '../store/store.ts';

export interface QueryKeyOptions {
  readonly platform: Platform;
  readonly store: Store;
  readonly keyServer: Pick<KeyServer, 'ask'>;
  readonly keys: Pick<ContentKeys, 'get' | 'keep'>;
  readonly ownKeys: Pick<OwnKeys, 'unbound'>;
  readonly me: UserId;
  readonly limits: KeyLimits;
}

/** Ends before the limits of docs/wires.md §11 do. */
const marginMs = 60 * 60 * 1000;
const record = 'search';

/**
 * The key of the conversation between this person and their organisation's indexer (R395): made by this device, bound to
 * a resource that nobody else is on. The indexer reads along as it reads rooms, by the function that is switched on.
 */
export class QueryKey {
  readonly #options: QueryKeyOptions;
  /** Other tabs make none beside it. */
  readonly get: () => Promise<ContentKey>;

  constructor(options: QueryKeyOptions) {
    this.#options = options;
    this.get = singleFlight(() => options.store.exclusive(record, () => this.#get()));
  }

  /** The indexer does not know it: another is made next time. */
  async forget(): Promise<void> {
    await this.#options.store.remove('keys', record);
  }

  async #get(): Promise<ContentKey> {
    const { store, platform, limits, keys } = this.#options;
    const stored = await store.read('keys', record);
    const text = textOf(stored, 'uri');
    const age = platform.now() - (numberOf(stored, 'made') ?? 0);
    if (text === undefined || age < 0 || age >= limits.maxAgeMs - Math.min(marginMs, limits.maxAgeMs / 8)) {
      return this.#make();
    }
    try {
      return await keys.get(parseInstanceUri(text, 'keys'));
    } catch (cause) {
      if (cause instanceof CloisterError && lost.has(cause.code)) return this.#make();
      throw cause;
    }
  }

  async #make(): Promise<ContentKey> {
    const { keyServer, keys, ownKeys, store, platform, me } = this.#options;
    const spare = await ownKeys.unbound();
    const body = { userIds: [me], keyUris: [spare.uri] };
    const { resource } = await keyServer.ask({ method: 'create', uri: '/resources', body });
    if (resource === undefined) throw new CloisterError('client/unreadable', { detail: 'no resource' });
    const key = { ...spare, resourceUri: resource.uri };
    await keys.keep(key);
    await store.write('keys', record, { uri: key.uri, made: platform.now() });
    return key;
  }
}

/** What the key server says of a key that will not come back. */
const lost = new Set(['kms/not-found', 'kms/not-authorized', 'wire/invalid-uri']);
