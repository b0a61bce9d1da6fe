import type { Queries } from '@cloister/database';
import { CloisterError } from '@cloister/wire';
import { type KekGenerationRow, kekGenerations } from '../store/kek-generation-row.ts';
import type { KekStore } from './kek-store.ts';

/**
 * The version of KEK that wraps an organisation's new content keys: the newest that is active.
 * @throws CloisterError `kms/revoked` when an administrator left none active
 */
export const contentKekVersion = async (
  queries: Queries,
  organisationId: string,
  keks: Pick<KekStore, 'begin'>,
): Promise<number> => {
  const known = await kekGenerations(queries, organisationId);
  if (known.length > 0) return newestActive(known);
  await keks.begin(organisationId);
  return newestActive(await kekGenerations(queries, organisationId));
};

const newestActive = (generations: readonly KekGenerationRow[]): number => {
  const newest = generations.find(({ active }) => active);
  if (newest === undefined) throw new CloisterError('kms/revoked');
  return newest.version;
};
