import { describe, expect, it } from 'vitest';
import { newId } from '../ids.ts';
import { codeOf, expectTypedErrors } from '../testing/fuzz.ts';
import { maxProfiles, parseProfiles } from './profiles.ts';

const gina = { id: newId(), name: 'Gina Grey' };

describe('profiles of people in a room (wires §13)', () => {
  it.each(['Gina Grey', '佐藤 花子', 'محمد', 'क्‍ष', 'O’Brien-Smith', '👩‍🚒', '3M', 'x'.repeat(200)])(
    'are read with names of any script: %s',
    (name) => expect(parseProfiles([{ ...gina, name }])).toEqual([{ ...gina, name }]),
  );

  it.each([
    ['nothing', ''],
    ['spaces alone', ' \u00a0\u3000'],
    ['a new line', 'Gina\nAlice'],
    ['an escape', 'Gina\u001b[2J'],
    ['a text that is turned around', 'Gina \u202eecilA'],
    ['an isolate', '\u2067Gina'],
    ['a mark of direction', 'Gina\u200f'],
    ['more than a name', 'x'.repeat(201)],
    ['no text', 7],
  ])('are refused with %s for a name, the others beside it too', (_, name) => {
    expect(codeOf(() => parseProfiles([gina, { id: newId(), name }]))).toBe('wire/invalid-message');
  });

  it.each([
    ['an address in place of an id (R421)', [{ id: 'gina@globex.example', name: 'Gina' }]],
    ['an id of another form', [{ id: 'GINA', name: 'Gina' }]],
    ['one person outside a list', gina],
    ['more than fifty', Array.from({ length: maxProfiles + 1 }, () => ({ id: newId(), name: 'G' }))],
  ])('are refused with %s', (_, value) => {
    expect(codeOf(() => parseProfiles(value))).toBe('wire/invalid-message');
  });

  it('are refused when they are longer than an entry may carry', () => {
    const long = Array.from({ length: maxProfiles }, () => ({ id: newId(), name: 'x'.repeat(200) }));
    expect(codeOf(() => parseProfiles(JSON.stringify(long)))).toBe('wire/too-large');
  });

  it('are a list or a wire error for any input', () => expectTypedErrors(parseProfiles, [gina]));
});
