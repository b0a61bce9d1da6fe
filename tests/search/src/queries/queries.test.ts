import { expect, it } from 'vitest';
import { corpus } from '../corpus/corpus.ts';
import { settled } from '../reference/settled.ts';
import { kinds } from './kinds.ts';
import { queries } from './queries.ts';

const made = corpus({ seed: 'queries-test', messages: 5000 });
const messages = settled(made.entries());
const asked = (seed: string) => queries({ seed, count: 600, world: made, messages });

it('asks at least 500 queries of every kind, the same for the same seed, by many people', () => {
  const all = asked('a');
  expect(asked('a')).toEqual(all);
  expect(asked('b')).not.toEqual(all);
  expect(new Set(all.map(({ kind }) => kind)).size).toBe(Object.keys(kinds).length);
  expect(new Set(all.map(({ asker }) => asker.userId)).size).toBeGreaterThan(60);
  expect(new Set(all.map(({ text }) => text)).size).toBeGreaterThan(500);
});
