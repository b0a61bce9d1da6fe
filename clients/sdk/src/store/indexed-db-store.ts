import { CloisterError } from '@cloister/wire';
import { type IDBPDatabase, openDB } from 'idb';
import { type RecordSealer, recordSealer, type SealedRecord } from './record-sealer.ts';
import type { Collection, Store } from './store.ts';
import { claimTabSlot, ifSlotIsFree } from './tab-slot.ts';

const collections: readonly Collection[] = ['session', 'device', 'keys', 'outbox', 'people', 'drafts'];
const sealingKeys = 'sealing-key';

/** Who signed in, names and drafts are the same in every tab; a device, its keys and its outbox belong to one tab. */
const shared: readonly Collection[] = ['session', 'people', 'drafts'];
const sharedSlot = -1;

/**
 * A store in a browser's IndexedDB. Every record is sealed under an AES-256-GCM CryptoKey that cannot be exported and
 * never leaves IndexedDB. Tabs share the session; each has a device of its own, and the first to come takes over the
 * outbox that a closed tab left.
 */
export const indexedDbStore = async (name: string): Promise<Store> => {
  const tab = await claimTabSlot(name);
  const database = await guarded(() =>
    openDB(name, 1, {
      upgrade: (fresh) => {
        for (const collection of [...collections, sealingKeys]) fresh.createObjectStore(collection);
      },
    }),
  );
  const sealer = recordSealer(await guarded(() => sealingKey(database)));
  await guarded(() => adoptOutbox(database, sealer, name, tab.slot));
  const slotOf = (collection: Collection) => (shared.includes(collection) ? sharedSlot : tab.slot);
  const nameOf = (collection: Collection, key: string) => sealer.nameOf(collection, slotOf(collection), key);
  return {
    read: (collection, key) =>
      guarded(async () => {
        const sealed = (await database.get(collection, await nameOf(collection, key))) as SealedRecord | undefined;
        const record = sealed === undefined ? undefined : await sealer.open(collection, sealed);
        return record?.key === key ? record.value : undefined;
      }),
    readAll: (collection) =>
      guarded(async () => {
        const records = await openAll(database, sealer, collection);
        const own = records.filter(({ slot }) => slot === slotOf(collection));
        return new Map(own.map(({ key, value }) => [key, value]));
      }),
    write: (collection, key, value) =>
      guarded(async () => {
        const sealed = await sealer.seal(collection, { slot: slotOf(collection), key, value });
        await database.put(collection, sealed, await nameOf(collection, key));
      }),
    remove: (collection, key) => guarded(async () => database.delete(collection, await nameOf(collection, key))),
    exclusive: async (lock, work) => {
      const locks = globalThis.navigator?.locks;
      // Awaited inside, so that the result keeps its own type.
      return locks === undefined ? work() : await locks.request(`${name}/${lock}`, work);
    },
    clear: () =>
      guarded(async () => {
        const transaction = database.transaction(collections, 'readwrite');
        await Promise.all(collections.map((collection) => transaction.objectStore(collection).clear()));
        await transaction.done;
      }),
    close: async () => {
      database.close();
      tab.release();
    },
  };
};

/** The one sealing key; tabs that start together end with the same one, since the first `add` wins. */
const sealingKey = async (database: IDBPDatabase): Promise<CryptoKey> => {
  const known = (await database.get(sealingKeys, 1)) as CryptoKey | undefined;
  if (known !== undefined) return known;
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  await database.add(sealingKeys, made, 1).catch(() => {});
  return (await database.get(sealingKeys, 1)) as CryptoKey;
};

const openAll = async (database: IDBPDatabase, sealer: RecordSealer, collection: Collection) => {
  const sealed = (await database.getAll(collection)) as SealedRecord[];
  const opened = await Promise.all(sealed.map((record) => sealer.open(collection, record)));
  return opened.filter((record) => record !== undefined);
};

const adoptOutbox = async (database: IDBPDatabase, sealer: RecordSealer, name: string, own: number): Promise<void> => {
  const left = (await openAll(database, sealer, 'outbox')).filter(({ slot }) => slot !== own);
  for (const slot of new Set(left.map((record) => record.slot))) {
    await ifSlotIsFree(name, slot, async () => {
      for (const record of left.filter((candidate) => candidate.slot === slot)) {
        const moved = await sealer.seal('outbox', { ...record, slot: own });
        await database.put('outbox', moved, await sealer.nameOf('outbox', own, record.key));
        await database.delete('outbox', await sealer.nameOf('outbox', slot, record.key));
      }
    });
  }
};

const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (cause) {
    throw cause instanceof CloisterError ? cause : new CloisterError('client/storage', { cause });
  }
};
