import { type Activity, type KeyUri, keyLimits, newId, type RoomId } from '@cloister/wire';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, TestClient } from './testing/test-client.ts';
import { TestCore } from './testing/test-core.ts';

const day = 24 * 3600 * 1000;
const maxMessages = 6;
const numRuns = Math.max(5, Math.round(Number(process.env.CLOISTER_RUNS ?? 100) / 5));

let core: TestCore;
let skew = 0;
beforeAll(async () => {
  core = await TestCore.start({ now: () => Date.now() + skew }, { contentKeys: { maxMessages } });
});
afterAll(() => core.end());

const codeOf = ({ status, body }: Answer<Activity>) => (status === 200 ? 200 : body.errorCode);
const fresh = async (client: TestClient, roomId: RoomId) =>
  ((await client.room(roomId)).body.liveKeys ?? []).filter(({ stale }) => !stale).map(({ uri }) => uri);

/** Another device of the same person. */
const deviceOf = (client: TestClient) => core.client(client.person);

describe('the keys of a room', () => {
  it('are as many as the devices that contribute: three of them and one that reads make three (R312)', async () => {
    const mobile = await core.client();
    const laptop = await deviceOf(mobile);
    const bobLaptop = await core.client();
    const bobMobile = await deviceOf(bobLaptop);
    const { key, roomId } = await core.room(mobile, [bobLaptop]);
    for (const device of [laptop, bobLaptop]) {
      const own = core.acme.newKey();
      expect((await device.addKey(roomId, own)).status).toBe(200);
      expect((await device.post(roomId, own)).status).toBe(200);
    }
    expect((await mobile.post(roomId, key)).status).toBe(200);
    expect((await bobMobile.history(roomId)).filter(({ verb }) => verb === 'post')).toHaveLength(3);
    const { body } = await bobMobile.room(roomId);
    const live = (body.liveKeys ?? []).filter(({ stale }) => !stale);
    const devices = [mobile, laptop, bobLaptop].map(({ deviceId }) => deviceId);
    expect(live.map(({ deviceId }) => deviceId).sort()).toEqual(devices.sort());
    // The default is the one that published clients share.
    expect(live.filter(({ shared }) => shared).map(({ uri }) => uri)).toEqual([key]);
  });
});

describe('a key that is spent by count', () => {
  it('takes as many messages as it may and not one more; then a new one is asked for, and said to be stale', async () => {
    const alice = await core.client();
    const { key, roomId } = await core.room(alice);
    for (let sent = 0; sent < maxMessages; sent++) {
      expect(await fresh(alice, roomId)).toEqual([key]);
      expect(codeOf(await alice.post(roomId, key))).toBe(200);
    }
    expect(await fresh(alice, roomId)).toEqual([]);
    expect(codeOf(await alice.post(roomId, key))).toBe(1400087);
    expect(codeOf(await alice.rename(roomId, key))).toBe(1400087);
    expect((await alice.room(roomId)).body.defaultActivityEncryptionKeyUrl).toBeUndefined();
    const next = core.acme.newKey();
    expect((await alice.updateKey(roomId, next)).status).toBe(200);
    expect(codeOf(await alice.post(roomId, key))).toBe(1409004);
    expect(codeOf(await alice.post(roomId, next))).toBe(200);
    // Once spent it is not bound anew.
    expect((await alice.addKey(roomId, key)).body.errorCode).toBe(1409004);
  });

  it('is exact under posts at once, edits, titles and the keys of others', async () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ kind: fc.constant('posts' as const), many: fc.integer({ min: 1, max: 5 }) }),
      },
      { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('title', 'edit', 'repeat', 'restart') }) },
    );
    const steps = fc.array(fc.tuple(step, fc.boolean()), { minLength: 1, maxLength: 12 });
    const alice = await core.client();
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const { key, roomId } = await core.room(alice);
        const own = core.acme.newKey();
        await alice.addKey(roomId, own);
        const used = new Map<KeyUri, number>([
          [key, 0],
          [own, 0],
        ]);
        const first: Activity[] = [];
        for (const [{ kind, ...rest }, isOwn] of all) {
          const under = isOwn ? own : key;
          const before = used.get(under) ?? 0;
          const left = maxMessages - before;
          if (kind === 'restart') {
            await core.stop();
            await core.start();
            continue;
          }
          const many = 'many' in rest ? rest.many : 1;
          const clientTempId = first[0]?.clientTempId ?? newId();
          const parent = first[0] === undefined ? {} : { parent: { id: first[0].id, type: 'edit' } };
          const answers = await Promise.all(
            Array.from({ length: many }, () => {
              if (kind === 'title') return alice.rename(roomId, under);
              if (kind === 'edit') return alice.post(roomId, under, parent);
              return alice.post(roomId, under, kind === 'repeat' ? { clientTempId } : {});
            }),
          );
          const stored = answers.filter(({ status }) => status === 200).map(({ body }) => body);
          // A repeat of what is stored is answered with it, whatever has become of the key.
          if (kind === 'repeat' && first[0] !== undefined) expect(stored.map(({ id }) => id)).toEqual([first[0].id]);
          else {
            expect(stored).toHaveLength(Math.min(many, left));
            used.set(under, before + stored.length);
            if (kind === 'posts' || kind === 'repeat') first.push(...stored);
          }
          for (const answer of answers) if (answer.status !== 200) expect([1400087, 1409004]).toContain(codeOf(answer));
        }
        const log = await alice.history(roomId);
        const expected = [...used].filter(([, count]) => count < maxMessages).map(([uri]) => uri);
        for (const [uri, count] of used) {
          const under = log.filter(({ encryptionKeyUrl }) => encryptionKeyUrl === uri);
          expect(under).toHaveLength(count);
        }
        expect((await fresh(alice, roomId)).sort()).toEqual(expected.sort());
        expect(log.map(({ position }) => position)).toEqual(log.map((_, index) => index + 1));
      }),
      { numRuns },
    );
  }, 120_000);
});

describe('a key that is spent by age', () => {
  it('is refused like a stale one seven days after it was bound, for titles and default alike', async () => {
    const alice = await core.client();
    const { key, roomId } = await core.room(alice);
    const own = core.acme.newKey();
    const again = await later(6 * day, alice);
    expect((await again.addKey(roomId, own)).status).toBe(200);
    expect(codeOf(await again.post(roomId, key))).toBe(200);
    const last = await later(day, alice);
    expect(codeOf(await last.post(roomId, key))).toBe(1400087);
    expect(codeOf(await last.rename(roomId, key))).toBe(1400087);
    expect(await fresh(last, roomId)).toEqual([own]);
    expect(codeOf(await last.post(roomId, own))).toBe(200);
    const next = core.acme.newKey();
    expect((await last.updateKey(roomId, next)).status).toBe(200);
    expect(codeOf(await last.post(roomId, key))).toBe(1409004);
    expect(keyLimits).toEqual({ maxAgeMs: 7 * day, maxMessages: 2 ** 20 });
  });
});

/** The same person so much later, with a token of that time; identity has spoken meanwhile. */
const later = async (ms: number, { person }: TestClient): Promise<TestClient> => {
  skew += ms;
  const { id: sub, organisationId: realm, sid } = person;
  core.identity.person(core.acme.organisationId);
  // Whoever said nothing for so long is taken for dead.
  core.acme.disconnect();
  await core.acme.connect(core.socket);
  return core.client({ ...person, token: core.identity.token({ sub, realm, sid }) });
};

describe('keys that nobody can use any more', () => {
  it('do not pile up: the newest are remembered, the default stays visible, and none comes back as a new one', async () => {
    const [alice, carol] = [await core.client(), await core.client()];
    const { key, roomId } = await core.room(alice);
    const added: KeyUri[] = [];
    for (let turn = 0; turn < 3; turn++) {
      await alice.add(roomId, carol.person.id);
      for (let index = 0; index < 16; index++) {
        const own = core.acme.newKey();
        added.push(own);
        expect((await alice.addKey(roomId, own)).status).toBe(200);
      }
      await alice.leave(roomId, carol.person.id);
    }
    const last = core.acme.newKey();
    expect((await alice.addKey(roomId, last)).status).toBe(200);
    const { body } = await alice.room(roomId);
    const known = (body.liveKeys ?? []).map(({ uri }) => uri);
    expect(known).toHaveLength(32 + 2);
    expect(known).toEqual(expect.arrayContaining([key, last, ...added.slice(-32)]));
    expect(body.defaultActivityEncryptionKeyUrl).toBe(key);
    const [forgotten] = added as [KeyUri];
    expect(codeOf(await alice.post(roomId, forgotten))).toBe(1400049);
    expect((await alice.addKey(roomId, forgotten)).body.errorCode).toBe(1409004);
    expect((await alice.updateKey(roomId, forgotten)).body.errorCode).toBe(1409004);
    expect((await alice.history(roomId)).some(({ object }) => object?.uri === forgotten)).toBe(true);
  });
});
