import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

describe('what any key server must do (R352), done by ours (R282, R283, R289, R300, R301, R305, R310, R311, R320, R330, R332, R333, R344, R363, R364, R365, R366)', () => {
  it.each(allCases)('$name', ({ name }) => {
    expect(results.get(name)?.faults).toEqual([]);
  });

  it('is named above as in the cases', ({ task }) => {
    const idsIn = (text: string) => new Set(text.match(/R\d{3}/g));
    expect(idsIn(task.suite?.name ?? '')).toEqual(idsIn(`R352 ${allCases.map(({ name }) => name).join()}`));
  });
});

describe('what our key server logged meanwhile (R353)', () => {
  const ids = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}|[0-9a-f]{64}/g;
  const idsIn = (text: string) => new Set(text.match(ids));
  const log = () => readFileSync(realm.logFile, 'utf8');

  it('tells of failures of each kind: this was no quiet day', () => {
    const events = new Set([...log().matchAll(/"event":"([^"]+)"/g)].map(([, event]) => event));
    for (const event of [
      'handshake.refused',
      'batch.silent',
      'message.refused',
      'core-link.bad-frame',
      'peer.not-accepted',
      'peer.met',
      'federation.request',
      'leavers.removed',
    ])
      expect(events).toContain(event);
  });

  it('names no person, device, room, resource, key or change: of all its database knows, its organisations alone', async () => {
    const known = idsIn(await realm.rows());
    expect(known.size).toBeGreaterThan(200);
    const { organisationIds } = JSON.parse(readFileSync(`${realm.folder}/surroundings.json`, 'utf8'));
    const told = [...idsIn(log())].filter((id) => known.has(id) && !organisationIds.includes(id));
    expect(told).toEqual([]);
    expect(log()).not.toMatch(/kms:\/\/|Bearer|eyJ|-----BEGIN/);
  });
});
