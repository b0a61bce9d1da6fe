import type { Queries } from '@cloister/database';
import type { KmsContext } from '../../context.ts';
import { type RevocationProgress, revocationProgress } from '../store/node-row.ts';

/** "revoking 2 of 3", then since when it is proven (byok.md §3); null while the organisation is not frozen. */
export const revocationOf = async (
  { databaseNow }: Pick<KmsContext, 'databaseNow'>,
  queries: Queries,
  organisationId: string,
): Promise<RevocationProgress | null> => revocationProgress(queries, organisationId, await databaseNow(queries));
