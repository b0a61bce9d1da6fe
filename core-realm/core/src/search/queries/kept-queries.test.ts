import {
  CloisterError,
  type CompactJwe,
  type KeyUri,
  newId,
  type OrganisationId,
  type Plan,
  type QueryId,
  type UserId,
} from '@cloister/wire';
import { expect, it } from 'vitest';
import { AskedQuery } from './asked-query.ts';
import { KeptQueries } from './kept-queries.ts';

const mebi = 1024 * 1024;
const organisationId = newId<OrganisationId>();
const request = () => ({
  id: newId<QueryId>(),
  encryptionKeyUrl: 'kms://k/keys/x' as KeyUri,
  sealed: 'x' as CompactJwe,
});
const asked = (userId = newId<UserId>(), askedAt = 0) => new AskedQuery(request(), { userId, organisationId }, askedAt);
const plan = (last: boolean): Plan => ({ last, expression: ['all'], slots: 0, rooms: [] });
const codeOf = (call: () => void): string => {
  try {
    call();
  } catch (error) {
    if (error instanceof CloisterError) return error.code;
    throw error;
  }
  return 'nothing thrown';
};

it('keeps eight queries of a person to page on, the ones asked last, and no other person’s fewer', () => {
  const kept = new KeptQueries();
  const [alice, bob] = [newId<UserId>(), asked()];
  kept.add(bob);
  const own = Array.from({ length: 10 }, () => asked(alice));
  for (const query of own) {
    kept.add(query);
    query.plans.add(plan(true), 1);
  }
  expect(own.map(({ id }) => kept.get(id, 0) !== undefined)).toEqual([false, false, ...Array<boolean>(8).fill(true)]);
  expect(kept.get(bob.id, 0)).toBe(bob);
});

it('drops the plans kept longest for new ones, and none that is in use', () => {
  const kept = new KeptQueries();
  const queries = Array.from({ length: 9 }, () => asked());
  for (const query of queries) {
    kept.add(query);
    query.running = 1;
  }
  for (const query of queries.slice(0, 8)) query.plans.add(plan(true), 32 * mebi);
  expect(codeOf(() => kept.makeRoom(1))).toBe('core/unavailable');
  const [first, second] = queries as [AskedQuery, AskedQuery];
  second.running = 0;
  kept.makeRoom(1);
  expect([kept.get(first.id, 0), kept.get(second.id, 0)]).toEqual([first, undefined]);
});

it('has 32 MiB for the plans of one query', () => {
  const { plans } = asked();
  plans.add(plan(false), 32 * mebi);
  expect(codeOf(() => plans.add(plan(true), 1))).toBe('search/too-broad');
  expect([plans.bytes, plans.ended]).toEqual([32 * mebi, false]);
});

it('forgets a query after ten minutes, and its id with it', () => {
  const kept = new KeptQueries();
  const query = asked(newId<UserId>(), 1000);
  kept.add(query);
  expect(codeOf(() => kept.add(query))).toBe('core/conflict');
  expect(kept.get(query.id, 1000 + 599_999)).toBe(query);
  expect(kept.get(query.id, 1000 + 600_000)).toBeUndefined();
  kept.sweep(1000 + 600_000);
  expect(codeOf(() => kept.add(query))).toBe('nothing thrown');
});
