import { type Json, memoryStore, type Store } from '@cloister/sdk';

export interface RecordingStore extends Store {
  /** Every symmetric key that was ever written, by the name of its record. */
  readonly keys: ReadonlyMap<string, Buffer>;
}

/** A store that remembers each key put into it, also those taken out again, such as a file's once it is shared. */
export const recordingStore = (): RecordingStore => {
  const inner = memoryStore();
  const keys = new Map<string, Buffer>();
  return {
    ...inner,
    keys,
    write: (collection, key, value) => {
      for (const k of keysIn(value)) keys.set(`${collection}/${key}/${keys.size}`, Buffer.from(k, 'base64url'));
      return inner.write(collection, key, value);
    },
  };
};

const keysIn = (value: Json | undefined): string[] => {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, member]: [string, Json | undefined]) =>
    name === 'k' && typeof member === 'string' ? [member] : keysIn(member),
  );
};
