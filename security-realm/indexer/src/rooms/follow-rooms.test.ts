import { randomBytes } from 'node:crypto';
import type { Database } from '@cloister/database';
import { CloisterError, newId, parsePostings, type RoomId } from '@cloister/wire';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeBatch } from '../batches/make-batch.ts';
import { Counters } from '../counters/counters.ts';
import { openTestDatabase } from '../testing/open-test-database.ts';
import { author, ScriptedCore, sealed } from '../testing/scripted-core.ts';
import { RandomSource } from '../tokens/random-source.ts';
import { Analyser } from './analyser.ts';
import { FileTexts } from './file-texts.ts';
import type { FollowReport } from './follow-report.ts';
import { FollowRooms } from './follow-rooms.ts';
import { Generations } from './generations.ts';
import { readPage } from './read-page.ts';
import { RoomBook } from './room-book.ts';
import { SearchKeyRing } from './search-key-ring.ts';
import { SendPostings } from './send-postings.ts';

const numRuns = Math.ceil(Number(process.env.CLOISTER_RUNS ?? 100) / 5);
const random = new RandomSource(randomBytes);
let database: Database;
let drop: () => Promise<void>;
let core: ScriptedCore;
const analyser = new Analyser();
/** What was told, by name. */
let told: Record<keyof FollowReport, number> & { passedOver: string[]; broke: unknown[] };

beforeAll(async () => {
  ({ database, drop } = await openTestDatabase());
});
afterAll(() => drop());
beforeEach(() => {
  core = new ScriptedCore();
  told = { appended: 0, waits: 0, moved: 0, renewed: 0, dropped: 0, passedOver: [], broke: [] };
});

/** One turn of an indexer, as a process has it after its start, until `enough`; answers its fault. */
const follow = async (
  enough: () => boolean,
  { rules = 'rules 1', bucket = 8, reads = true } = {},
): Promise<unknown> => {
  const stop = new AbortController();
  const client = core.client();
  const monotonicNow = () => performance.now();
  const generations = new Generations(database, rules, reads);
  await generations.load();
  const counters = new Counters({ database, organisationId: client.organisationId });
  const keys = new SearchKeyRing({ client, monotonicNow });
  keys.confirm();
  const check = () => enough() && stop.abort();
  const count = (name: keyof FollowReport) => () => {
    told[name] += 1;
    check();
  };
  const report: FollowReport = {
    appended: count('appended'),
    waits: count('waits'),
    moved: count('moved'),
    renewed: count('renewed'),
    dropped: count('dropped'),
  };
  const files = new FileTexts({
    client,
    extract: async (bytes) => {
      const text = Buffer.from(bytes).toString();
      return text.startsWith('%PDF') && !reads ? { unread: 'no-sandbox' } : { text, complete: true };
    },
    told: () => {},
    lacks: (roomId) => generations.lacks(roomId),
    broke: (fault) => told.broke.push(fault),
  });
  const following = new FollowRooms({
    client,
    book: new RoomBook(generations),
    readPage: async (room, signal) => {
      await keys.fresh(room.resourceUri);
      return readPage(room, {
        client,
        files,
        analyser,
        signal,
        monotonicNow,
        passedOver: (code) => told.passedOver.push(code),
        capped: () => {},
        broke: (fault) => told.broke.push(fault),
      });
    },
    send: new SendPostings({
      client,
      keys,
      makeBatch: (parts) => makeBatch({ counters, random }, { bucket, noise: 0 }, parts),
      counters,
      generations,
      monotonicNow,
      report,
    }),
    flushMs: 0,
    after: (_, run) => {
      const handle = setImmediate(run);
      return { cancel: () => clearImmediate(handle) };
    },
    monotonicNow,
    random: () => 0,
    report,
    compared: check,
  });
  return following.run(stop.signal).then(
    () => undefined,
    (fault: unknown) => fault,
  );
};

const isDone =
  (generation = 1) =>
  () =>
    [...core.rooms].every(([roomId, { log }]) => core.index.position(roomId, generation) === log.length);
const upTo = (count: number) => Array.from({ length: count }, (_, at) => at + 1);

describe('an indexer that follows its rooms', () => {
  it('hands over every message of every room once, several rooms together (R390)', async () => {
    const rooms = [300, 1, 20].map((count) => core.add(upTo(count).map((n) => `message ${n}`)));
    await follow(isDone());
    expect(rooms.map((roomId) => core.indexed(roomId))).toEqual([upTo(300), [1], upTo(20)]);
    const named = core.bodies.map((body) => parsePostings(body).length);
    expect(Math.max(...named)).toBeGreaterThan(1);
  });

  it('goes on with what is written while it follows', async () => {
    const room = core.add(['first']);
    const following = follow(() => core.index.position(room, 1) === 3);
    await expect.poll(() => core.index.position(room, 1)).toBe(1);
    core.say(room, 'second');
    core.say(room, 'third');
    await following;
    expect(core.indexed(room)).toEqual([1, 2, 3]);
  });

  it('goes on where the core’s index stands after it was off (R342)', async () => {
    const room = core.add(['before']);
    await follow(isDone());
    core.say(room, 'meanwhile');
    await follow(isDone());
    expect(core.pages.map(({ after }) => after)).toEqual([0, 1]);
    expect(core.indexed(room)).toEqual([1, 2]);
  });

  it('loses and doubles nothing, wherever a hand-over breaks, over restarts (R390)', async () => {
    const step = fc.record({
      say: fc.array(fc.tuple(fc.nat({ max: 2 }), fc.constantFrom('one', 'two words', '会議室')), { maxLength: 8 }),
      failing: fc.constantFrom('before' as const, 'after' as const, undefined),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
        core = new ScriptedCore();
        const rooms = upTo(3).map(() => core.add(['hello']));
        for (const { say, failing } of [...steps, { say: [], failing: undefined }]) {
          for (const [room, text] of say) core.say(rooms[room] as RoomId, text);
          core.failing = failing;
          await follow(isDone());
        }
        await follow(isDone());
        for (const roomId of rooms) expect(core.indexed(roomId)).toEqual(upTo(core.rooms.get(roomId)?.log.length ?? 0));
      }),
      { numRuns },
    );
  });

  it('passes over what nobody can open, counts it, and goes on', async () => {
    const room = core.add(['fine', 'forged', 'not ours', 'fine again']);
    core.faults.set('forged', new CloisterError('seal/open-failed'));
    core.faults.set('not ours', new CloisterError('kms/not-authorized'));
    await follow(isDone());
    expect(core.indexed(room)).toEqual([1, 4]);
    expect(told.passedOver).toEqual(['seal/open-failed', 'kms/not-authorized']);
  });

  it('keeps a room waiting whose key may come, and no other; what came before it is found', async () => {
    const late = core.add(['early', 'late', 'later']);
    const other = core.add(['other']);
    core.faults.set('late', new CloisterError('kms/peer-unreachable'));
    await follow(() => told.waits > 0 && core.index.position(late, 1) === 1 && core.index.position(other, 1) === 1);
    expect([core.indexed(late), core.indexed(other)]).toEqual([[1], [1]]);
    core.faults.clear();
    await follow(isDone());
    expect(core.indexed(late)).toEqual([1, 2, 3]);
  });

  it('tries a room that waits again by itself', async () => {
    const room = core.add(['late']);
    core.faults.set('late', new CloisterError('kms/unavailable'));
    await follow(() => {
      if (told.waits > 0) core.faults.clear();
      return isDone()();
    });
    expect(core.indexed(room)).toEqual([1]);
  });

  it('stops everything while the main key is off, but not for that of another organisation (invariant 8)', async () => {
    core.add(['theirs']);
    const other = core.add(['ours']);
    core.faults.set('theirs', new CloisterError('kms/revoked'));
    expect(await follow(() => told.waits > 0 && core.index.position(other, 1) === 1)).toBeUndefined();
    core.isFrozen = true;
    expect(await follow(isDone())).toMatchObject({ code: 'kms/revoked' });
  });

  it('ends when the function is switched off, and when the core is away', async () => {
    core.add(['a']);
    core.off = new CloisterError('core/function-off');
    expect(await follow(() => false)).toMatchObject({ code: 'core/function-off' });
    core.off = new CloisterError('client/offline');
    expect(await follow(() => false)).toMatchObject({ code: 'client/offline' });
  });

  it('indexes an edit as the message it makes, with the files that the message shared (R391)', async () => {
    const room = core.add();
    const file = { name: sealed('plan.txt'), scr: sealed('inside the file'), mimeType: 'text/plain', size: 3 };
    const share = core.write(room, { kind: 'files', text: sealed('first'), files: [file] });
    core.write(room, { kind: 'edit', target: share, text: sealed('second') });
    core.write(room, { kind: 'joined', person: author });
    core.write(room, { kind: 'edit', target: newId(), text: sealed('of nothing') });
    await follow(isDone());
    expect(core.indexed(room)).toEqual([1, 2]);
    const [first, second] = [...core.index.documents(room, 1).values()];
    // In tokens: from, two of what it has, the text, and name and inside of the file; filled up to a power of two.
    expect([first?.size, second?.size]).toEqual([16, 16]);
    expect(core.index.position(room, 1)).toBe(4);
  });

  it('builds a new generation beside the old one when the rules change, and then drops the old one', async () => {
    const room = core.add(['one', 'two']);
    await follow(isDone());
    expect([...(core.rooms.get(room)?.generations ?? [])]).toEqual([1]);
    await follow(() => told.dropped > 0, { rules: 'rules 2' });
    expect(core.indexed(room, 2)).toEqual([1, 2]);
    expect(core.dropped).toEqual([`${room} 1`]);
    await follow(isDone(2), { rules: 'rules 2' });
    expect([...(core.rooms.get(room)?.generations ?? [])]).toEqual([2]);
  });

  it('builds anew, once the programs that read documents are there, the rooms with documents that they were missing for, and no others', async () => {
    const document = (scr: string) =>
      ({ kind: 'files', files: [{ name: undefined, scr: sealed(scr), mimeType: '', size: 3 }] }) as const;
    const [lacking, other] = [core.add(['one']), core.add(['two'])];
    core.write(lacking, document('%PDF inside of it'));
    core.write(other, document('a note'));
    await follow(isDone(), { reads: false });
    const before = core.index.documents(lacking, 1).get(2)?.size ?? 0;
    // Without them it goes on as it is, also after a start.
    core.say(lacking, 'three');
    await follow(isDone(), { reads: false });
    expect([core.indexed(lacking), core.indexed(other)]).toEqual([
      [1, 2, 3],
      [1, 2],
    ]);
    await follow(() => told.dropped > 0);
    expect(core.dropped).toEqual([`${lacking} 1`]);
    expect(core.indexed(lacking, 2)).toEqual([1, 2, 3]);
    expect(core.index.documents(lacking, 2).get(2)?.size).toBeGreaterThan(before);
    core.say(lacking, 'four');
    const hasAll = () => core.index.position(lacking, 2) === 4;
    await follow(hasAll);
    await follow(hasAll, { reads: false });
    expect([...(core.rooms.get(lacking)?.generations ?? [])]).toEqual([2]);
    expect([...(core.rooms.get(other)?.generations ?? [])]).toEqual([1]);
  });

  it('builds a new generation where its own counters are lost', async () => {
    const room = core.add(['one', 'two']);
    await follow(isDone());
    const { sql } = await import('@cloister/database');
    await database.execute(sql`delete from counters where room_id = ${room}`);
    core.say(room, 'three');
    await follow(() => told.dropped > 0);
    expect(core.indexed(room, 2)).toEqual([1, 2, 3]);
    expect(told.renewed).toBe(1);
    await database.execute(sql`delete from generations where room_id = ${room}`);
    await follow(() => told.dropped > 1);
    expect(core.indexed(room, 3)).toEqual([1, 2, 3]);
  });

  it('begins anew when somebody dropped the index at the core', async () => {
    const room = core.add(['one', 'two']);
    await follow(isDone());
    core.forget(room);
    await follow(isDone());
    expect(core.indexed(room)).toEqual([1, 2]);
  });

  it('leaves a room alone that the organisation has nobody in any more', async () => {
    const gone = core.add(['gone']);
    const room = core.add(['here']);
    const leave = () => {
      core.rooms.delete(gone);
      return core.index.position(room, 1) === 1;
    };
    expect(await follow(leave)).toBeUndefined();
  });
});
