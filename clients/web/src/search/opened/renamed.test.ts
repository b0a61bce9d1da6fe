import { expect, it } from 'vitest';
import { renamed } from './renamed.ts';

const ben = { filter: 'from', name: 'bne' } as const;

it.each([
  ['plan from:bne in:x', 'plan from:"Ben" in:x'],
  ['plan From:"bne" x', 'plan From:"Ben" x'],
  ['(from:bne)', '(from:"Ben")'],
  ['from:bneo bne', 'from:bneo bne'],
  ['in:bne', 'in:bne'],
])('puts the name that was meant into %s', (text, after) => {
  expect(renamed(text, ben, '"Ben" ')).toBe(after);
});

it('takes a name with signs of patterns as it is', () => {
  expect(renamed('in:"a.*(b"', { filter: 'in', name: 'a.*(b' }, '"A"')).toBe('in:"A"');
});
