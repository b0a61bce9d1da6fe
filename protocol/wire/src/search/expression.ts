import { CloisterError } from '../errors/cloister-error.ts';
import { maxExpressionDepth, maxExpressionNodes, maxPlanSlots } from './limits.ts';

/** How the slots of a plan are combined: which documents of a room a query finds. A slot holds where one of its tokens does. */
export type Expression =
  | readonly ['slot', number]
  | readonly ['all']
  | readonly ['and' | 'or', ...Expression[]]
  | readonly ['not', Expression];

/**
 * An expression over `slots` slots, from parsed JSON; bounded in depth and size.
 * @throws CloisterError `wire/invalid-message` or `wire/too-large`
 */
export const checkExpression = (value: unknown, slots: number): Expression => {
  const budget = { nodes: maxExpressionNodes };
  if (!Number.isInteger(slots) || slots < 0 || slots > maxPlanSlots) throw new CloisterError('wire/invalid-message');
  return check(value, slots, maxExpressionDepth, budget);
};

const check = (value: unknown, slots: number, depth: number, budget: { nodes: number }): Expression => {
  budget.nodes -= 1;
  if (depth === 0 || budget.nodes < 0) throw new CloisterError('wire/too-large');
  if (!Array.isArray(value)) throw refused();
  const [kind, ...rest] = value as readonly unknown[];
  const inner = (operand: unknown) => check(operand, slots, depth - 1, budget);
  switch (kind) {
    case 'slot':
      return ['slot', slotOf(rest, slots)];
    case 'all':
      if (rest.length !== 0) throw refused();
      return ['all'];
    case 'and':
    case 'or':
      if (rest.length === 0) throw refused();
      return [kind, ...rest.map(inner)];
    case 'not':
      if (rest.length !== 1) throw refused();
      return ['not', inner(rest[0])];
    default:
      throw refused();
  }
};

const slotOf = (rest: readonly unknown[], slots: number): number => {
  const [slot] = rest;
  if (rest.length !== 1 || !Number.isInteger(slot)) throw refused();
  const index = Number(slot);
  if (index < 0 || Object.is(index, -0) || index >= slots) throw refused();
  return index;
};

const refused = (): CloisterError => new CloisterError('wire/invalid-message', { detail: 'member expression' });
