import type { Store } from '@cloister/sdk';
import type { DraftStore } from './drafts.ts';

/** Drafts in the sdk's sealed store. */
export function draftStore(store: Store): DraftStore {
  return {
    readAll: async () => {
      const records = await store.readAll('drafts');
      return new Map(
        [...records].flatMap(([key, value]) => (typeof value === 'string' ? [[key, value] as const] : [])),
      );
    },
    write: (roomId, text) => store.write('drafts', roomId, text),
    remove: (roomId) => store.remove('drafts', roomId),
  };
}
