import type { Expression } from '@cloister/wire';
import { isOperator, type Query, type QueryNode } from '../query/query.ts';
import { leafTerms } from './leaf-terms.ts';

/** What the core can evaluate of a query (wires §14). A slot holds where one of its terms does. */
export interface Approximation {
  readonly expression: Expression;
  readonly slots: readonly (readonly string[])[];
}

/**
 * An expression over terms that finds every message the query finds, and perhaps more; `null` for a query of nothing. It is exact
 * for words, people, `has:` and two neighbouring characters. Rooms and dates are not in it: see {@link mayBeIn} and {@link bounds}.
 */
export const approximate = (query: Query): Approximation | null => {
  if (query === null) return null;
  const slots = new Slots();
  const found = within(query, true, slots);
  return { expression: found === 'none' ? ['not', ['all']] : found === 'all' ? ['all'] : found, slots: slots.list };
};

type Side = Expression | 'all' | 'none';

/**
 * What is at least (`wide`) or at most (not `wide`) what a node finds. Under NOT the other is needed; where terms say too little,
 * that is everything and nothing.
 */
const within = (node: QueryNode, wide: boolean, slots: Slots): Side => {
  if (!isOperator(node)) {
    const terms = leafTerms(node);
    if (!terms.exact && !wide) return 'none';
    return joined(
      'and',
      terms.slots.map((slot): Side => ['slot', slots.indexOf(slot)]),
    );
  }
  const [kind, ...of] = node;
  if (kind !== 'not')
    return joined(
      kind,
      of.map((inner) => within(inner, wide, slots)),
    );
  const inner = within(node[1], !wide, slots);
  if (inner === 'all') return 'none';
  return inner === 'none' ? 'all' : ['not', inner];
};

const joined = (kind: 'and' | 'or', sides: readonly Side[]): Side => {
  const decisive = kind === 'and' ? 'none' : 'all';
  if (sides.includes(decisive)) return decisive;
  const [first, ...others] = sides.filter((side) => typeof side !== 'string');
  if (first === undefined) return kind === 'and' ? 'all' : 'none';
  return others.length === 0 ? first : [kind, first, ...others];
};

/** Slots in order of first use, equal ones once. */
class Slots {
  readonly list: (readonly string[])[] = [];
  readonly #known = new Map<string, number>();

  indexOf(terms: readonly string[]): number {
    const name = JSON.stringify(terms);
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    this.#known.set(name, this.list.length);
    return this.list.push(terms) - 1;
  }
}
