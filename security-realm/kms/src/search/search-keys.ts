import { randomBytes } from 'node:crypto';
import type { Queries } from '@cloister/database';
import { base64url, CloisterError, idOf, type ResourceUri, type SearchKeyRepresentation } from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import { contentKekVersion } from '../keys/content-kek-version.ts';
import { contentShard } from '../keys/content-shard.ts';
import { openRow, type SealedPlace, sealUnder } from '../keys/key-vault.ts';
import { requireKeyOn } from '../master-keys/store/require-key-on.ts';
import { findSearchKeys, insertSearchKeys, type NewSearchKey, type SearchKeyRow } from './store/search-key-row.ts';

type Keeping = Pick<KmsContext, 'database' | 'databaseNow' | 'keks' | 'searchKeyMs'>;

/** The search keys of each resource, oldest first. */
export type SearchKeysOf = ReadonlyMap<ResourceUri, readonly SearchKeyRow[]>;

/**
 * An organisation's search keys for resources: the first is made when it is asked for, another when the newest is too old
 * (wires.md §14). Nodes that are asked at once agree, since each epoch is stored once and read back before it is given.
 * @throws CloisterError `kms/revoked` when one is to be made while the organisation's main key is off
 */
export const searchKeysOf = async (
  context: Keeping,
  organisationId: string,
  resourceUris: readonly ResourceUri[],
): Promise<SearchKeysOf> => {
  const { database } = context;
  const find = async () =>
    Map.groupBy(await findSearchKeys(database, organisationId, resourceUris), ({ resourceUri }) => resourceUri);
  const found = await find();
  const now = await context.databaseNow(database);
  const due = resourceUris.flatMap((resourceUri) => {
    const newest = found.get(resourceUri)?.at(-1);
    const isDue = newest === undefined || now.getTime() - newest.createdAt.getTime() >= context.searchKeyMs;
    return isDue ? [{ organisationId, resourceUri, epoch: (newest?.epoch ?? 0) + 1, createdAt: now }] : [];
  });
  if (due.length === 0) return found;
  await requireKeyOn(database, organisationId);
  await insertSearchKeys(database, await makeAll(context, database, organisationId, due));
  return find();
};

const makeAll = async (
  { keks }: Keeping,
  queries: Queries,
  organisationId: string,
  due: readonly Omit<NewSearchKey, 'kekId' | 'kekVersion' | 'sealed' | 'commitment'>[],
): Promise<NewSearchKey[]> => {
  const version = await contentKekVersion(queries, organisationId, keks);
  const made: NewSearchKey[] = [];
  for (const one of due) {
    const kek = await keks.current(organisationId, 'content', contentShard(idOf(one.resourceUri)), version);
    const bytes = randomBytes(32);
    made.push({ ...one, ...sealUnder(kek, placeOf(one), bytes) });
    bytes.fill(0);
  }
  return made;
};

/** Search keys as they are given away, their bytes in the clear. @throws CloisterError `kms/revoked`, `platform/at-rest` */
export const openSearchKeys = async (
  { keks }: Pick<KmsContext, 'keks'>,
  rows: readonly SearchKeyRow[],
): Promise<SearchKeyRepresentation[]> => {
  const opened: SearchKeyRepresentation[] = [];
  for (const row of rows) {
    // The last door before a key is in the clear: who decided must have seen it too.
    if (row.isRevoked) throw new CloisterError('kms/revoked');
    const bytes = await openRow(keks, placeOf(row), row);
    const k = base64url.encode(bytes);
    bytes.fill(0);
    opened.push({ epoch: row.epoch, createdAt: row.createdAt.toISOString(), jwk: { kty: 'oct', k } });
  }
  // The hsm may have taken its time.
  keks.requireLease();
  return opened;
};

/** A search key is bound to its organisation, its resource and its epoch, as content keys are to what they are (byok.md §5). */
const placeOf = ({
  organisationId,
  resourceUri,
  epoch,
}: Pick<NewSearchKey, 'organisationId' | 'resourceUri' | 'epoch'>): SealedPlace => ({
  kind: 'search-key',
  organisationId,
  id: [resourceUri, String(epoch)],
  level: 'content',
});
