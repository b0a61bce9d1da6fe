import { parseQuery, type Query, resolve } from '@cloister/search-terms';
import type { AskedQuery } from '../queries/queries.ts';
import type { Names } from './names.ts';

/** What a client makes of a query; null for one that asks for nothing. */
export function readQuery({ text, timeZone }: AskedQuery, now: number, names: Names): Query {
  const resolved = resolve(parseQuery(text, { now, timeZone }), names);
  if ('unknown' in resolved) throw new RangeError(`nobody is called ${resolved.unknown.map(({ name }) => name)}`);
  return resolved.query;
}
