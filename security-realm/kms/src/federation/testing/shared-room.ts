import type { TestRealm } from '../../testing/test-realm.ts';

/** Alice of one realm makes a room with Ken of another in it, and a key for it. */
export const shareRoom = async (home: TestRealm, guest: TestRealm) => {
  const [alice, ken] = [await home.client(), await guest.client()];
  const key = await alice.createKey();
  const room = await alice.createRoom([ken.person.id], [key.uri]);
  return { alice, ken, key, room };
};
