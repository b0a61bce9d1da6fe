import { afterAll, beforeAll, expect, it } from 'vitest';
import { atHome } from './cases/at-home.ts';
import type { Case } from './cases/case.ts';
import { operations } from './cases/operations.ts';
import { run } from './run.ts';
import { type Fault, FaultyLink } from './testing/faulty-link.ts';
import { OurRealm } from './testing/our-realm.ts';

let realm: OurRealm;
let link: FaultyLink;
beforeAll(async () => {
  realm = await OurRealm.open(async (surroundings, folder) => {
    link = await FaultyLink.open(folder, surroundings);
    return link.url;
  });
}, 60_000);
afterAll(async () => {
  link?.close();
  await realm?.close();
});

const named = (cases: readonly Case[], start: string): readonly Case[] => {
  const found = cases.filter(({ name }) => name.startsWith(start));
  expect(found).toHaveLength(1);
  return found;
};

const twice = named(operations, 'applies the same operation once');
const grows = named(atHome, 'lists grow in version');

it.each<{ fault: Fault | null; cases: readonly Case[]; faults: RegExp | null }>([
  { fault: null, cases: [...twice, ...grows], faults: null },
  { fault: 'twice', cases: twice, faults: /an operation that was answered twice/ },
  { fault: 'old-lists', cases: grows, faults: /versions (\d+),\1,\1/ },
  { fault: 'no-receipt', cases: twice, faults: /a frame operation-result that is not as described \(.*receipt/ },
])('reports what is wrong with a realm, and nothing else (R352): $fault', async ({ fault, cases, faults }) => {
  link.fault = fault;
  realm.forgetFeed();
  const found = (await run(realm.folder, { cases, patienceMs: 5_000 })).flatMap((result) => result.faults);
  if (faults === null) expect(found).toEqual([]);
  else expect(found.join('\n')).toMatch(faults);
});
