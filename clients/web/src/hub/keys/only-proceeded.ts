import type { MasterKeyAct, MasterKeyOverview } from '@cloister/wire';

const courses: readonly MasterKeyAct[] = ['rotation-done', 'retire-done'];

/**
 * Whether nothing happened since but what goes its way by itself, such as the end of a rotation: no reason to ask people to
 * decide anew.
 */
export function onlyProceeded(
  before: Pick<MasterKeyOverview, 'history'>,
  after: Pick<MasterKeyOverview, 'history'>,
): boolean {
  const known = new Set(before.history.map((entry) => JSON.stringify(entry)));
  const fresh = after.history.filter((entry) => !known.has(JSON.stringify(entry)));
  return fresh.length > 0 && fresh.every(({ act }) => courses.includes(act));
}
