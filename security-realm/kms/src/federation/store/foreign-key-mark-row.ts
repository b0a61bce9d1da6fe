import { type Queries, sql } from '@cloister/database';
import type { KeyUri, ResourceUri } from '@cloister/wire';

/** What a key of another key server was when it came first: its bytes by a mark, and what it is bound to. */
export type ForeignKeyMark = { readonly uri: KeyUri; readonly resourceUri: ResourceUri; readonly mark: Buffer };

/** Keeps those that are new, and answers what is kept of each. */
export const markKeys = async (
  queries: Queries,
  marks: readonly ForeignKeyMark[],
): Promise<Map<KeyUri, ForeignKeyMark>> => {
  if (marks.length === 0) return new Map();
  const column = <T>(of: (mark: ForeignKeyMark) => T) => marks.map(of);
  const uris = column(({ uri }) => uri);
  await queries.execute(sql.prepared`insert into foreign_key_mark (key_uri, resource_uri, mark)
    select * from unnest(${uris}::text[], ${column(({ resourceUri }) => resourceUri)}::text[],
      ${column(({ mark }) => mark)}::bytea[])
    on conflict (key_uri) do nothing`);
  const kept =
    await queries.rows(sql.prepared<ForeignKeyMark>`select key_uri as uri, resource_uri as "resourceUri", mark
    from foreign_key_mark where key_uri = any(${uris}::text[])`);
  return new Map(kept.map((each) => [each.uri, each]));
};

/** A key stays what it was, and bound to what it was bound to (threats row 14). */
export const isSameKey = (now: ForeignKeyMark, first: ForeignKeyMark | undefined): boolean =>
  first !== undefined && first.resourceUri === now.resourceUri && first.mark.equals(now.mark);
