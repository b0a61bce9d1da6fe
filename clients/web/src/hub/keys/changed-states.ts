import type { MasterKeyOverview, MasterKeyView } from '@cloister/wire';

/** Keys whose state is another than before: what a screen reader is told of. */
export function changedStates(before: MasterKeyOverview, after: MasterKeyOverview): readonly MasterKeyView[] {
  const states = new Map(before.keys.map(({ uri, state }) => [uri, state]));
  return after.keys.filter(({ uri, state }) => states.get(uri) !== state);
}
