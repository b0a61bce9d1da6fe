import type { Collection, Json, Store } from './store.ts';

/** A store that forgets everything with its process: tests, bots without a disk, private browsing. */
export const memoryStore = (): Store => {
  const collections = new Map<Collection, Map<string, string>>();
  const of = (collection: Collection): Map<string, string> => {
    const found = collections.get(collection) ?? new Map<string, string>();
    collections.set(collection, found);
    return found;
  };
  // Values are kept as text, so that nobody shares an object with the store.
  return {
    read: async (collection, key) => {
      const text = of(collection).get(key);
      return text === undefined ? undefined : (JSON.parse(text) as unknown);
    },
    readAll: async (collection) =>
      new Map([...of(collection)].map(([key, text]) => [key, JSON.parse(text) as unknown] as const)),
    write: async (collection, key, value: Json) => {
      of(collection).set(key, JSON.stringify(value));
    },
    remove: async (collection, key) => {
      of(collection).delete(key);
    },
    exclusive: (_name, work) => work(),
    clear: async () => collections.clear(),
    close: async () => {},
  };
};
