import { openModelTest } from '@cloister/testkit/model';
import { afterAll, expect, it } from 'vitest';
import { happenings } from './commands.ts';
import { Theatre } from './theatre.ts';

// Two nodes of the key server as they are, on one real database, with a real hsm and an Amazon that changes its mind; two
// administrators who do what they like at once; nodes that die at any statement, stop for days, or are cut off. Whatever
// happens, content and search keys are given exactly while the main key is on, and with the original key all come back.

const theatre = new Theatre();
afterAll(() => theatre.close());

const { numRuns, timeout, holds } = openModelTest({ happenings, ...theatre });

it('content and search keys are given exactly while the main key is on, and none is ever lost (R007, R023-R052, R060-R080, R392)', {
  timeout,
}, async () => {
  await holds();
  if (numRuns < 500) return;
  const { told } = theatre;
  const asked = ['upload', 'add', 'activate', 'revoke', 'delete', 'remove', 'use-default', 'delete-all'];
  const names = [...asked, 'fetch', 'search'];
  expect(names.filter((name) => !told.has(`${name} done`) || !told.has(`${name} not`))).toEqual([]);
  const keys = ['fetch while Amazon refuses', 'search while Amazon refuses', 'search key of another month'];
  const heads = ['rotated', 'revoked', 'locally-revoked', 'revoked-by-amazon', 'deleted', 'removed'];
  const seen = [...keys, ...heads.map((head) => `search key and then ${head}`)];
  expect(seen.filter((what) => !told.has(what))).toEqual([]);
  const states = [
    'pending',
    'active',
    'rotation',
    'retired',
    'revoked',
    'locally-revoked',
    'revoked-by-amazon',
    'deleted',
    'removed',
  ];
  expect(states.filter((state) => !told.has(state))).toEqual([]);
});
