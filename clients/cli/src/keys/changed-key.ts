import type { MasterKeyOverview, MasterKeyView } from '@cloister/wire';

/** The key that a change made or brought back: new, or in another state; the newest first in the list. */
export const changedKey = (before: MasterKeyOverview, after: MasterKeyOverview): MasterKeyView | undefined => {
  const known = new Map(before.keys.map(({ uri, state }) => [uri, state]));
  return after.keys.find(({ uri }) => !known.has(uri)) ?? after.keys.find(({ uri, state }) => known.get(uri) !== state);
};
