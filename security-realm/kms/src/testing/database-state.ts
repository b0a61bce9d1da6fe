import { type Database, sql } from '@cloister/database';

/** What connections and the audit write, whatever is decided. */
const busy = ['audit', 'channel', 'kms_node', 'kms_node_epoch'];

/** Every other table as a digest of its rows: the same where nothing was changed. */
export const databaseState = async (
  database: Database,
  { without = [] }: { readonly without?: readonly string[] } = {},
): Promise<Record<string, string>> => {
  const tables = await database.rows(sql<{ name: string; digest: string }>`
    select table_name as name,
      md5(query_to_xml(format('select t::text as line from %I t order by 1', table_name), true, true, '')::text) as digest
    from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`);
  const wanted = tables.filter(({ name }) => !busy.includes(name) && !without.includes(name));
  return Object.fromEntries(wanted.map(({ name, digest }) => [name, digest]));
};
