import type { UserId } from '@cloister/wire';
import type { Collection, Store } from './store.ts';

const kept: readonly Collection[] = ['device', 'keys', 'outbox', 'people', 'drafts'];

/**
 * Empties a store that another person used before, such as on a shared browser after a session that was revoked rather
 * than ended by sign-out: nobody inherits keys, drafts or unsent messages.
 */
export const claimStore = async (store: Store, person: UserId): Promise<void> => {
  const owner = await store.read('device', 'owner');
  if (owner === person) return;
  for (const collection of owner === undefined ? [] : kept) {
    const records = await store.readAll(collection);
    await Promise.all([...records.keys()].map((key) => store.remove(collection, key)));
  }
  await store.write('device', 'owner', person);
};
