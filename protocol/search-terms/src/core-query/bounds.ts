import type { Sent } from '../query/parsed-query.ts';
import { isOperator, type Query, type QueryNode } from '../query/query.ts';

/** Between which moments every message lies that a query finds: the bounds of its plan (wires §14). */
export const bounds = (query: Query): Sent => {
  const [from, until] = query === null ? always : interval(query);
  return {
    ...(from === always[0] ? {} : { from }),
    ...(until === always[1] ? {} : { until }),
  };
};

type Interval = readonly [from: number, until: number];

const always: Interval = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

const interval = (node: QueryNode): Interval => {
  if (!isOperator(node)) return 'sent' in node ? [node.sent.from ?? always[0], node.sent.until ?? always[1]] : always;
  const [kind, ...of] = node;
  if (kind === 'not') return always;
  const all = of.map(interval);
  const froms = all.map(([from]) => from);
  const untils = all.map(([, until]) => until);
  if (kind === 'or') return [Math.min(...froms), Math.max(...untils)];
  const from = Math.max(...froms);
  return [from, Math.max(from, Math.min(...untils))];
};
