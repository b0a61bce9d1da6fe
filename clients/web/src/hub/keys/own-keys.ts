import type { MasterKeyOverview, MasterKeyView } from '@cloister/wire';

/** Whether the organisation brings its own key: one leads, was removed and is missed, or waits to lead. */
export const bringsItsOwn = ({ head, keys }: Pick<MasterKeyOverview, 'head' | 'keys'>): boolean =>
  head !== 'default' || keys.some(({ state }) => state === 'pending');

/** The key that waits, if there is one. */
export const pendingKey = ({ keys }: Pick<MasterKeyOverview, 'keys'>): MasterKeyView | undefined =>
  keys.find(({ state }) => state === 'pending');

/** The organisation's own key in the main-key role, removed or not; undefined while that is the default. */
export const headKey = ({ head, keys }: Pick<MasterKeyOverview, 'head' | 'keys'>): MasterKeyView | undefined =>
  head === null ? keys.find(({ state }) => state === 'removed') : keys.find(({ uri }) => uri === head);

/** The key that came with an upload: one that was not there before, or a removed one that is back (R050). */
export function addedKey(
  before: Pick<MasterKeyOverview, 'keys'>,
  after: Pick<MasterKeyOverview, 'keys'>,
): MasterKeyView | undefined {
  const states = new Map(before.keys.map(({ uri, state }) => [uri, state]));
  return after.keys.find(({ uri, state }) => {
    const was = states.get(uri);
    return was === undefined || (was === 'removed' && state !== 'removed');
  });
}

/** Whether something goes on by itself, so that the page should look again soon. */
export const isProgressing = ({ keys, defaultRole }: Pick<MasterKeyOverview, 'keys' | 'defaultRole'>): boolean =>
  defaultRole === 'rotation' ||
  keys.some(
    ({ state, revocation }) =>
      state === 'rotation' || (revocation !== undefined && revocation.effectiveAt === undefined),
  );
