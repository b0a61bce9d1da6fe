import { SecretKey, sealText } from '@cloister/seal';
import { base64url, newId, packUuids, parseInstanceUri, type QueryId, type RoomId, type UserId } from '@cloister/wire';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { AskedBefore } from './asked-before.ts';
import { openQuestion } from './open-question.ts';
import { readQuestion } from './read-question.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
const now = Date.parse('2026-11-22T12:00:00Z');
const startedAt = now - 3_600_000;
const userId = newId<UserId>();
const rooms = [newId<RoomId>(), newId<RoomId>()];
const key = {
  key: SecretKey.generate('kms://kms.acme.example/keys/a'),
  userId: userId as string | undefined,
  resourceUri: parseInstanceUri(`kms://kms.acme.example/resources/${newId()}`, 'resources'),
  roomId: undefined,
};
const asks = (id: QueryId) => ({
  v: 1,
  id,
  userId,
  issuedAt: now,
  rooms: base64url.encode(packUuids(rooms)),
  query: ['and', { text: 'budget', quoted: false }, { from: [userId] }],
});

let asked: AskedBefore;
beforeEach(() => {
  asked = new AskedBefore(3);
});

const opened = async (
  inside: object,
  { by = key, at = now, start = startedAt, id }: { by?: object; at?: number; start?: number; id?: QueryId } = {},
) => {
  const sealed = await sealText(key.key, JSON.stringify(inside));
  const query = { id: id ?? (inside as { id: QueryId }).id, userId, sealed } as Parameters<typeof openQuestion>[0];
  return openQuestion(query, { ...key, ...by }, { asked, now: at, startedAt: start });
};
const refused = { code: 'core/query-refused' };

describe('a sealed query (R395)', () => {
  it('is opened when its asker made it just now', async () => {
    const id = newId<QueryId>();
    await expect(opened(asks(id))).resolves.toEqual({
      kind: 'search',
      id,
      userId,
      issuedAt: now,
      rooms: new Set(rooms),
      query: ['and', { text: 'budget', quoted: false }, { from: [userId] }],
    });
    const figures = { v: 1, id: newId<QueryId>(), userId, issuedAt: now, figures: true };
    await expect(opened(figures)).resolves.toMatchObject({ kind: 'figures' });
  });

  it('of a key that somebody else made, or that belongs to a room or to nothing, is refused', async () => {
    for (const by of [
      { userId: newId() },
      { userId: undefined },
      { roomId: newId<RoomId>() },
      { resourceUri: undefined },
    ]) {
      await expect(opened(asks(newId()), { by })).rejects.toMatchObject(refused);
    }
  });

  it('that says to be another one, or another person’s, is refused', async () => {
    await expect(opened(asks(newId()), { id: newId() })).rejects.toMatchObject(refused);
    await expect(opened({ ...asks(newId()), userId: newId() })).rejects.toMatchObject(refused);
  });

  it('is refused when it comes a second time, and only then', async () => {
    const once = asks(newId());
    await opened(once);
    await opened(asks(newId()));
    await expect(opened(once)).rejects.toMatchObject(refused);
    await expect(opened({ ...once, issuedAt: now + 1000 })).rejects.toMatchObject(refused);
  });

  it('is refused when it was asked more than two minutes ago, or before the indexer began to remember', async () => {
    const minutes = 60_000;
    for (const issuedAt of [now - 2 * minutes - 1, now + 2 * minutes + 1, 0]) {
      await expect(opened({ ...asks(newId()), issuedAt })).rejects.toMatchObject(refused);
    }
    await expect(opened(asks(newId()), { start: now + 1 })).rejects.toMatchObject(refused);
    await expect(opened({ ...asks(newId()), issuedAt: now - 2 * minutes })).resolves.toBeDefined();
  });

  it('can be asked as often as is remembered, and again once those are too old to be believed', async () => {
    for (let count = 0; count < 3; count++) await opened(asks(newId()));
    await expect(opened(asks(newId()))).rejects.toMatchObject({ code: 'core/too-many' });
    const later = now + 120_001;
    await expect(opened({ ...asks(newId()), issuedAt: later }, { at: later })).resolves.toBeDefined();
  });

  it('that does not open, or has another shape, changes nothing', async () => {
    const good = asks(newId());
    const wrong = [
      { ...good, v: 2 },
      { ...good, more: 1 },
      { ...good, rooms: 'AA' },
      { ...good, rooms: undefined },
      { ...good, query: undefined },
      { ...good, query: ['and'] },
      { ...good, query: ['near', { text: 'a', quoted: false }] },
      { ...good, issuedAt: 'now' },
      { ...good, figures: true },
    ];
    for (const inside of wrong) {
      await expect(opened(inside)).rejects.toMatchObject({ code: expect.stringMatching(/^(wire|search)\//) });
    }
    const other = { key: SecretKey.generate('kms://kms.acme.example/keys/b') };
    await expect(opened(good, { by: other })).rejects.toMatchObject({ code: 'seal/open-failed' });
    await expect(opened(good)).resolves.toBeDefined();
  });

  it('is read from any text, or refused with a code', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.jsonValue().map((value) => JSON.stringify({ ...asks(newId()), query: value })),
        ),
        (text) => {
          try {
            expect(readQuestion(text)).toHaveProperty('kind');
          } catch (error) {
            expect(error).toMatchObject({ code: expect.stringMatching(/^(wire|search)\//) });
          }
        },
      ),
      { numRuns },
    );
  });
});
