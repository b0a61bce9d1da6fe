import { type AuthorizationRepresentation, instanceUri, type Uuid } from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import { representAuthorization } from '../domain/represent.ts';
import type { AuthorizationRow } from '../store/authorization-row.ts';

/** New authorizations as their maker sees them: each anonymous one with its bearer, this once. */
export const withBearers = (
  { kmsHost, bearers, now }: Pick<KmsContext, 'kmsHost' | 'bearers' | 'now'>,
  rows: readonly AuthorizationRow[],
): Promise<AuthorizationRepresentation[]> =>
  Promise.all(
    rows.map(async (row) => {
      const represented = representAuthorization(kmsHost, row);
      if (row.subjectKind !== 'anonymous' || row.expiresAt === null) return represented;
      const resourceUri = instanceUri(kmsHost, 'resources', row.resourceId as Uuid);
      const bearing = { authorizationUri: represented.uri, resourceUri };
      return { ...represented, bearer: await bearers.sign(bearing, { now: now(), expiresAt: row.expiresAt }) };
    }),
  );
