import type { Expression } from '@cloister/wire';
import { and, everything, isNone, none, not, oneList, or, type Positions } from './positions.ts';

/** Asks for the documents of slots, which come in the same order; what it returns is what the expression finds. */
export type Evaluation = Generator<readonly number[], Positions, readonly (readonly number[])[]>;

/**
 * What an expression finds in one room. Of an AND the slot with the fewest tokens is asked for first, and nothing more once nothing is
 * left; all slots of an OR are asked for at once.
 * @param tokensOf how many tokens a slot has in this room
 */
export function* evaluate(expression: Expression, tokensOf: (slot: number) => number): Evaluation {
  switch (expression[0]) {
    case 'slot': {
      const [list = []] = yield [expression[1]];
      return { except: false, list };
    }
    case 'all':
      return everything;
    case 'not':
      return not(yield* evaluate(expression[1], tokensOf));
    case 'and':
      return yield* evaluateAnd(operandsOf(expression), tokensOf);
    case 'or':
      return yield* evaluateOr(operandsOf(expression), tokensOf);
  }
}

function* evaluateAnd(operands: readonly Expression[], tokensOf: (slot: number) => number): Evaluation {
  const cost = (operand: Expression) => (operand[0] === 'slot' ? tokensOf(operand[1]) : Number.MAX_SAFE_INTEGER);
  let found = everything;
  for (const operand of operands.toSorted((a, b) => cost(a) - cost(b))) {
    found = and(found, yield* evaluate(operand, tokensOf));
    if (isNone(found)) break;
  }
  return found;
}

function* evaluateOr(operands: readonly Expression[], tokensOf: (slot: number) => number): Evaluation {
  const slots = operands.flatMap((operand) => (operand[0] === 'slot' ? [operand[1]] : []));
  const lists = slots.length === 0 ? [] : yield slots;
  let found: Positions = lists.length === 0 ? none : { except: false, list: oneList(lists.flat()) };
  for (const operand of operands) {
    if (operand[0] !== 'slot') found = or(found, yield* evaluate(operand, tokensOf));
  }
  return found;
}

const operandsOf = ([, ...operands]: readonly ['and' | 'or', ...Expression[]]): readonly Expression[] => operands;
