import { isOperator, type Query, type QueryNode } from '../query/query.ts';
import { leafTerms } from './leaf-terms.ts';

/**
 * Whether one must know which slots hold in a message to say if words in a file that one cannot read make it a result: where one side
 * of an OR is something that terms do not know (`in:`, a day, the exclusion of a phrase), the core may have found the message by that.
 */
export const needsSlots = (query: Query): boolean => query !== null && needs(query, true);

/** Under NOT (not `wide`) AND is what OR is elsewhere. */
const needs = (node: QueryNode, wide: boolean): boolean => {
  if (!isOperator(node)) return false;
  const [kind, ...of] = node;
  if (kind === 'not') return needs(node[1], !wide);
  const isEither = (kind === 'or') === wide;
  return of.length > 1 && isEither ? of.some((side) => hasUnknown(side, wide)) : of.some((side) => needs(side, wide));
};

/** Whether anything in a node says nothing in terms. */
const hasUnknown = (node: QueryNode, wide: boolean): boolean => {
  if (!isOperator(node)) return leafTerms(node).slots.length === 0 || (!wide && !leafTerms(node).exact);
  const [kind, ...of] = node;
  return of.some((inner) => hasUnknown(inner, kind === 'not' ? !wide : wide));
};
