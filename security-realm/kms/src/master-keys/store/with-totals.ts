import type { Queries } from '@cloister/database';
import type { OrganisationKeys } from '../domain/organisation-keys.ts';
import { keksUnder } from './keks-under.ts';

/** How many KEKs each key that enters rotation has to give up, for the progress (byok.md §3). */
export const withTotals = async (
  tx: Queries,
  before: OrganisationKeys,
  after: OrganisationKeys,
): Promise<OrganisationKeys> => {
  const entering = after.keys.filter((key) => key.state === 'rotation' && !before.keys.includes(key));
  const isFresh = ({ keyId }: { readonly keyId: string }) =>
    before.keys.find((each) => each.keyId === keyId)?.state !== 'rotation';
  const defaultEnters = after.defaultRole === 'rotation' && before.defaultRole !== 'rotation';
  const fresh = entering.filter(isFresh);
  if (fresh.length === 0 && !defaultEnters) return after;
  const under = await keksUnder(tx, after);
  return {
    ...after,
    ...(defaultEnters ? { defaultRotationTotal: under.default.count } : {}),
    keys: after.keys.map((key) => (fresh.includes(key) ? { ...key, rotationTotal: under.of(key.keyId).count } : key)),
  };
};
