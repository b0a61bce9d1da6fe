import { type Queries, sql } from '@cloister/database';
import type { KmsHost } from '@cloister/wire';

/** Whether keys of that key server are bound to the resource: it has to know who may read them. */
export const hasBindingOf = async (queries: Queries, resourceId: string, kmsHost: KmsHost): Promise<boolean> =>
  (await queries.maybe(sql.prepared`select 1 from foreign_binding
    where resource_id = ${resourceId} and kms_host = ${kmsHost} limit 1`)) !== null;
