/** What may be written: plain JSON, so that every store can hold it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** Record families; a store keeps them apart. */
export type Collection = 'session' | 'device' | 'keys' | 'outbox' | 'people' | 'drafts';

/**
 * Where a client keeps what must survive a restart. Values come back as `unknown`: they are parsed on reading.
 * Implementations keep records from everyone but their owner: `fileStore` by mode 0600, `indexedDbStore` by sealing
 * them under a key that cannot be exported.
 */
export interface Store {
  read(collection: Collection, key: string): Promise<unknown>;
  readAll(collection: Collection): Promise<ReadonlyMap<string, unknown>>;
  write(collection: Collection, key: string, value: Json): Promise<void>;
  remove(collection: Collection, key: string): Promise<void>;
  /** Runs `work` while nobody else with this store, in another tab or process, runs work of the same name. */
  exclusive<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Forgets everything, as at sign-out. */
  clear(): Promise<void>;
  close(): Promise<void>;
}
