import { CloisterError, type KeyUri } from '@cloister/wire';
import type { KeyServer } from '../kms/key-server.ts';
import type { Store } from '../store/store.ts';
import { type ContentKey, contentKeyOf, readKeyRecord, writeKeyRecord } from './key-record.ts';

/** Content keys by URI: in memory, else in the store, else from the own key server; each asked for once at a time. */
export class ContentKeys {
  readonly #keyServer: KeyServer;
  readonly #store: Store;
  readonly #known = new Map<KeyUri, ContentKey>();
  readonly #asking = new Map<KeyUri, Promise<ContentKey>>();

  constructor(keyServer: KeyServer, store: Store) {
    this.#keyServer = keyServer;
    this.#store = store;
  }

  /** @throws CloisterError `kms/…` as the key server says */
  get(uri: KeyUri): Promise<ContentKey> {
    const known = this.#known.get(uri);
    if (known !== undefined) return Promise.resolve(known);
    const asking = this.#asking.get(uri) ?? this.#find(uri).finally(() => this.#asking.delete(uri));
    this.#asking.set(uri, asking);
    return asking;
  }

  /** Keeps a key an answer brought along. */
  async keep(key: ContentKey): Promise<void> {
    this.#known.set(key.uri, key);
    await this.#store.write('keys', `key/${key.uri}`, writeKeyRecord(key));
  }

  /** Forgets every key, in memory and in the store: the organisation revoked its main key (invariant 8). */
  async forgetAll(): Promise<void> {
    for (const { key } of this.#known.values()) key.destroy();
    this.#known.clear();
    const stored = await this.#store.readAll('keys');
    const keys = [...stored.keys()].filter((name) => name.startsWith('key/'));
    await Promise.all(keys.map((name) => this.#store.remove('keys', name)));
  }

  async #find(uri: KeyUri): Promise<ContentKey> {
    const stored = readKeyRecord(uri, await this.#store.read('keys', `key/${uri}`));
    if (stored !== undefined) {
      this.#known.set(uri, stored);
      return stored;
    }
    const fetched = await this.#fetch(uri);
    // An unbound key may be bound later, so only what cannot change is kept.
    if (fetched.resourceUri !== undefined) await this.keep(fetched);
    return fetched;
  }

  async #fetch(uri: KeyUri): Promise<ContentKey> {
    try {
      const { key } = await this.#keyServer.ask({ method: 'retrieve', uri });
      return contentKeyOf(uri, key);
    } catch (cause) {
      if (cause instanceof CloisterError && cause.code === 'kms/revoked') await this.forgetAll();
      throw cause;
    }
  }
}
