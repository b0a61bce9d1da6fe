import { countedText } from '../caps.ts';
import { isOperator, type Query, type QueryNode } from '../query/query.ts';
import { readText } from '../text/read-text.ts';
import { occurrences, type Range } from './occurrences.ts';
import { originalRanges } from './original-ranges.ts';
import { type Wanted, wanted } from './phrase.ts';

/** Where a text has what a query asks for, not what it excludes: UTF-16 offsets, in order, apart from each other. */
export const highlights = (query: Query, text: string): Range[] => {
  if (query === null) return [];
  const counted = countedText({ kind: 'message', text });
  const read = readText(counted);
  const ranges = asked(query).flatMap((looked) => [...occurrences(looked, read)]);
  return joined(originalRanges(counted, ranges));
};

/** What is looked for, and not what is excluded; what is excluded twice is looked for. */
const asked = (node: QueryNode, isExcluded = false): Wanted[] => {
  if (isOperator(node)) {
    const [kind, ...of] = node;
    return of.flatMap((inner) => asked(inner, isExcluded !== (kind === 'not')));
  }
  const looked = 'text' in node && !isExcluded ? wanted(node) : undefined;
  return looked === undefined ? [] : [looked];
};

const joined = (ranges: readonly Range[]): Range[] => {
  const apart: [number, number][] = [];
  for (const [start, end] of ranges.toSorted(([a], [b]) => a - b)) {
    const last = apart.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else apart.push([start, end]);
  }
  return apart;
};
