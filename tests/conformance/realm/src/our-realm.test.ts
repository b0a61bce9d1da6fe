import { afterAll, beforeAll, expect, it } from 'vitest';
import { allCases } from './cases/all-cases.ts';
import { type Result, run } from './run.ts';
import { OurRealm } from './testing/our-realm.ts';

let realm: OurRealm;
let results: ReadonlyMap<string, Result>;
beforeAll(async () => {
  realm = await OurRealm.open();
  results = new Map((await run(realm.folder)).map((result) => [result.name, result]));
}, 180_000);
afterAll(() => realm?.close());

// What any key server must do, done by ours (R352).
it.each(allCases)('$name', ({ name }) => {
  expect(results.get(name)?.faults).toEqual([]);
});
