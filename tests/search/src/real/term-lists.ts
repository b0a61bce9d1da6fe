import type { Expression } from '@cloister/wire';
import type { Settled } from '../reference/settled.ts';
import { type ChangeTerms, termsOf } from './indexed-terms.ts';

/** Which messages hold which terms, in memory: what the core would know if it saw terms. */
export interface TermLists {
  /** Numbers of the messages at which an expression over these slots holds. */
  holds(expression: Expression, slots: readonly (readonly string[])[]): readonly number[];
}

/** @param change a fault to be found, where one is planted: other terms of a message than the analyser gave */
export function termLists(messages: readonly Settled[], change: ChangeTerms = (terms) => terms): TermLists {
  const lists = new Map<string, number[]>();
  for (const [number, { message, content }] of messages.entries()) {
    for (const term of change(termsOf(message, content), content)) {
      const list = lists.get(term);
      if (list === undefined) lists.set(term, [number]);
      else list.push(number);
    }
  }
  return { holds: (expression, slots) => numbersOf(marks(expression, slots, lists, messages.length)) };
}

/** A byte a message: 1 where the expression holds. */
function marks(
  expression: Expression,
  slots: readonly (readonly string[])[],
  lists: ReadonlyMap<string, readonly number[]>,
  length: number,
): Uint8Array {
  const [kind, ...rest] = expression;
  if (kind === 'all') return new Uint8Array(length).fill(1);
  if (kind === 'slot') {
    const found = new Uint8Array(length);
    for (const term of slots[rest[0] as number] ?? []) for (const number of lists.get(term) ?? []) found[number] = 1;
    return found;
  }
  const [first, ...others] = (rest as Expression[]).map((inner) => marks(inner, slots, lists, length));
  if (first === undefined) throw new RangeError('an operator has something to work on');
  if (kind === 'not') return first.map((mark) => 1 - mark);
  for (const other of others) {
    for (let at = 0; at < length; at++) {
      first[at] =
        kind === 'and' ? (first[at] as number) & (other[at] as number) : (first[at] as number) | (other[at] as number);
    }
  }
  return first;
}

const numbersOf = (found: Uint8Array): number[] => {
  const numbers: number[] = [];
  for (let at = 0; at < found.length; at++) if (found[at] === 1) numbers.push(at);
  return numbers;
};
