import { CloisterError, type ErrorCode } from '@cloister/wire';
import * as fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { memoryStore } from '../store/memory-store.ts';
import type { Store } from '../store/store.ts';
import { otherRoomId, roomId } from '../testing/log.ts';
import { type ManualPlatform, manualPlatform, settle } from '../testing/manual-platform.ts';
import { Outbox } from './outbox.ts';
import { type OutboxEntry, readOutboxEntry, writeOutboxEntry } from './outbox-entry.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
let platform: ManualPlatform;
let store: Store;
let delivered: string[];
let answer: (entry: OutboxEntry) => void;

beforeEach(() => {
  platform = manualPlatform(() => new Response());
  store = memoryStore();
  delivered = [];
  answer = () => {};
});

const outbox = () =>
  new Outbox({
    platform,
    store,
    changed: () => {},
    deliver: async (entry) => {
      answer(entry);
      delivered.push(entry.body.kind === 'message' ? entry.body.message.text : 'files');
    },
  });
const say = (box: Outbox, text: string, room = roomId) => {
  const key = platform.randomUuid();
  return box.add(room, key, { kind: 'message', message: { text } }).then(() => key);
};
const fail = (code: ErrorCode) => () => {
  throw new CloisterError(code);
};

it('sends in order and forgets what was stored', async () => {
  const box = outbox();
  for (const text of ['one', 'two', 'three']) await say(box, text);
  await settle();
  expect(delivered).toEqual(['one', 'two', 'three']);
  expect(box.size).toBe(0);
  expect((await store.readAll('outbox')).size).toBe(0);
});

it.each<ErrorCode>(['client/offline', 'kms/revoked'])(
  'holds all back while %s may pass, and goes on in order',
  async (code) => {
    const box = outbox();
    answer = fail(code);
    await say(box, 'one');
    await say(box, 'two');
    await platform.advance(10_000);
    expect(delivered).toEqual([]);
    answer = () => {};
    await platform.advance(30_000);
    expect(delivered).toEqual(['one', 'two']);
  },
);

it('says what holds a message back while it may pass, and not after a restart', async () => {
  const box = outbox();
  answer = fail('kms/peer-unreachable');
  await say(box, 'one');
  await settle();
  expect(box.of(roomId).map(({ waiting }) => waiting)).toEqual(['kms/peer-unreachable']);
  box.close();
  const next = outbox();
  await next.load();
  expect(next.of(roomId).map(({ waiting }) => waiting)).toEqual([undefined]);
});

it('does not let one room wait for another', async () => {
  const box = outbox();
  answer = (entry) => {
    if (entry.roomId === roomId) throw new CloisterError('client/offline');
  };
  await say(box, 'stuck');
  await say(box, 'free', otherRoomId);
  await settle();
  expect(delivered).toEqual(['free']);
});

it('keeps a refused entry with its reason, lets others pass, and sends it again when asked', async () => {
  const box = outbox();
  answer = (entry) => {
    if (entry.body.kind === 'message' && entry.body.message.text === 'bad') throw new CloisterError('core/forbidden');
  };
  const key = await say(box, 'bad');
  await say(box, 'good');
  await settle();
  expect(delivered).toEqual(['good']);
  expect(box.of(roomId)).toMatchObject([{ key, failure: { code: 'core/forbidden' } }]);
  await expect(box.sent(key)).rejects.toBeInstanceOf(CloisterError);
  answer = () => {};
  box.retry(key);
  await settle();
  expect(delivered).toEqual(['good', 'bad']);
});

it('takes up what the last run left, under the same ids and in the same order', async () => {
  const first = outbox();
  answer = fail('client/offline');
  const keys = [await say(first, 'one'), await say(first, 'two')];
  await settle();
  first.close();
  answer = () => {};
  const seen: string[] = [];
  answer = ({ key }) => void seen.push(key);
  const second = outbox();
  await second.load();
  second.hurry();
  await settle();
  expect(delivered).toEqual(['one', 'two']);
  expect(seen).toEqual(keys);
});

it('sends nothing that was discarded, and tells who waited', async () => {
  const box = outbox();
  answer = fail('client/offline');
  const key = await say(box, 'never');
  const waiting = box.sent(key);
  waiting.catch(() => {});
  await settle();
  await box.discard(key);
  answer = () => {};
  box.hurry();
  await platform.advance(60_000);
  expect(delivered).toEqual([]);
  await expect(waiting).rejects.toMatchObject({ code: 'client/cancelled' });
});

it('waits for a sign-in instead of failing without one', async () => {
  const box = outbox();
  answer = fail('client/not-signed-in');
  await say(box, 'patient');
  await settle();
  expect(box.of(roomId)[0]).not.toHaveProperty('failure');
});

it('delivers everything once and in order, whatever faults come between', async () => {
  const faults = fc.array(
    fc.constantFrom<ErrorCode | 'ok'>('ok', 'ok', 'client/offline', 'core/unavailable', 'kms/timeout'),
    {
      maxLength: 40,
    },
  );
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 8 }), faults, async (count, plan) => {
      platform = manualPlatform(() => new Response());
      store = memoryStore();
      delivered = [];
      const left = [...plan];
      answer = () => {
        const next = left.shift() ?? 'ok';
        if (next !== 'ok') throw new CloisterError(next);
      };
      const box = outbox();
      const texts = Array.from({ length: count }, (_, n) => `m${n}`);
      for (const text of texts) await say(box, text);
      await platform.advance(40 * 60_000);
      expect(delivered).toEqual(texts);
    }),
    { numRuns: Math.min(numRuns, 30) },
  );
});

it('reads back what it wrote, and nothing else', () => {
  const file = { name: 'n', mimeType: 't', size: 1, scr: { k: 'k', iv: 'i', tag: 't', aad: 'a', loc: 'l' } };
  const base = { key: platform.randomUuid(), roomId, order: 1, at: '2026-11-21T00:00:00Z' };
  for (const body of [
    { kind: 'message', message: { text: 'x', html: '<b>x</b>' } },
    { kind: 'files', files: [file], message: { text: 'y' } },
  ] as const) {
    expect(readOutboxEntry(writeOutboxEntry({ ...base, body }))).toEqual({ ...base, body });
  }
  void fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(readOutboxEntry(value)).toBeUndefined();
    }),
    { numRuns },
  );
});
