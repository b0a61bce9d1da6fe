import { CloisterError, type KeyUri } from '@cloister/wire';
import type { KeyServer } from '../kms/key-server.ts';
import type { Store } from '../store/store.ts';
import { type ContentKey, contentKeyOf, readKeyRecord, writeKeyRecord } from './key-record.ts';

/** Content keys by URI: in memory, else in the store, else from the own key server; each asked for once at a time. */
export class ContentKeys {
  readonly #keyServer: KeyServer;
  readonly #store: Store;
  readonly #isRevoked: () => boolean;
  readonly #known = new Map<KeyUri, ContentKey>();
  readonly #asking = new Map<KeyUri, Promise<ContentKey>>();

  /** How often everything was forgotten. */
  #era = 0;

  /** @param isRevoked the organisation's main key is off: keys are neither kept nor asked for */
  constructor(keyServer: KeyServer, store: Store, isRevoked: () => boolean) {
    this.#keyServer = keyServer;
    this.#store = store;
    this.#isRevoked = isRevoked;
  }

  /** @throws CloisterError `kms/…` as the key server says */
  get(uri: KeyUri): Promise<ContentKey> {
    if (this.#isRevoked()) return Promise.reject(new CloisterError('kms/revoked'));
    const known = this.#known.get(uri);
    if (known !== undefined) return Promise.resolve(known);
    const asking = this.#asking.get(uri) ?? this.#find(uri).finally(() => this.#asking.delete(uri));
    this.#asking.set(uri, asking);
    return asking;
  }

  /** Keeps a key an answer brought along. */
  async keep(key: ContentKey): Promise<void> {
    if (this.#isRevoked()) return;
    const era = this.#era;
    const name = `key/${key.uri}`;
    this.#known.set(key.uri, key);
    await this.#store.write('keys', name, writeKeyRecord(key));
    // Forgotten while it was written: it may have come after the others went.
    if (era !== this.#era) await this.#store.remove('keys', name);
  }

  /** Forgets every key, in memory and in the store: the organisation revoked its main key (invariant 8). */
  async forgetAll(): Promise<void> {
    this.#era += 1;
    for (const { key } of this.#known.values()) key.destroy();
    this.#known.clear();
    const stored = await this.#store.readAll('keys');
    const keys = [...stored.keys()].filter((name) => name.startsWith('key/'));
    await Promise.all(keys.map((name) => this.#store.remove('keys', name)));
  }

  async #find(uri: KeyUri): Promise<ContentKey> {
    if (this.#isRevoked()) throw new CloisterError('kms/revoked');
    const era = this.#era;
    const stored = readKeyRecord(uri, await this.#store.read('keys', `key/${uri}`));
    const found = stored ?? (await this.#fetch(uri));
    // Forgotten while it was on its way: it is asked for anew.
    if (era !== this.#era) {
      found.key.destroy();
      return this.#find(uri);
    }
    if (stored !== undefined) this.#known.set(uri, stored);
    // An unbound key may be bound later, so only what cannot change is kept.
    else if (found.resourceUri !== undefined) await this.keep(found);
    return found;
  }

  async #fetch(uri: KeyUri): Promise<ContentKey> {
    const { key } = await this.#keyServer.ask({ method: 'retrieve', uri });
    return contentKeyOf(uri, key);
  }
}
