import type { Query } from '@cloister/search-terms';
import { type Activity, type ActivityId, newId, type RoomId, type UserId } from '@cloister/wire';
import { describe, expect, it } from 'vitest';
import type { SealedText } from '../rooms/log-entry.ts';
import { readHit } from './read-hit.ts';

const roomId = newId<RoomId>();
const author = newId<UserId>();
const keyUri = 'kms://kms.acme.test/keys/8a3f4c1e-9d52-4a77-b0b1-0f6f3f6f1a11' as const;

/** Texts that "seal" to themselves: opening has tests of its own. */
const opener = {
  settled: async (_: RoomId, { sealed }: SealedText) =>
    sealed.startsWith('closed')
      ? ({ state: 'undecryptable', reason: 'removed', retrying: false } as const)
      : ({ state: 'open', value: sealed } as const),
};
const activity = (object: Record<string, unknown>, more: Partial<Activity> = {}): Activity => ({
  id: newId<ActivityId>(),
  objectType: 'activity',
  verb: 'post',
  published: '2026-11-22T10:00:00.000Z',
  actor: { id: author },
  target: { objectType: 'conversation', id: roomId },
  encryptionKeyUrl: keyUri as never,
  position: 7,
  object: object as never,
  ...more,
});
const message = (text: string, more: Partial<Activity> = {}) =>
  activity({ objectType: 'comment', displayName: text }, more);
const editOf = ({ id }: Activity, text: string, actor = author) =>
  message(text, {
    parent: { id, type: 'edit' },
    actor: { id: actor },
    position: 9,
    published: '2026-11-23T10:00:00.000Z',
  });
const share = (text: string, ...files: { name: string; mimeType: string }[]) =>
  activity(
    {
      objectType: 'content',
      contentCategory: 'documents',
      displayName: text,
      files: {
        items: files.map(({ name, mimeType }) => ({
          objectType: 'file',
          displayName: name,
          mimeType,
          fileSize: 3,
          scr: 'scr',
        })),
      },
    },
    { verb: 'share' },
  );
const word = (text: string): Query => ({ text, quoted: false });

describe('a found entry', () => {
  it('is opened, and shows where it matches (R397)', async () => {
    const found = message('Das Treffen ist morgen');
    expect(await readHit(opener, word('treffen'), { activity: found })).toEqual({
      ...{ roomId, activityId: found.id, position: 7, published: found.published, actor: author, edited: false },
      ...{ text: 'Das Treffen ist morgen', highlights: [[4, 11]], files: [], where: 'message' },
    });
  });

  it('is no result when it does not match, whatever the core says', async () => {
    expect(await readHit(opener, word('lunch'), { activity: message('dinner') })).toBe('no-match');
    expect(await readHit(opener, { text: '京都', quoted: false }, { activity: message('東京の都') })).toBe('no-match');
  });

  it('counts as its newest edit, at its own time and place; only its author’s edits count', async () => {
    const first = message('lunch at noon');
    const edited = await readHit(opener, word('dinner'), { activity: first, edit: editOf(first, 'dinner at eight') });
    expect(edited).toMatchObject({ activityId: first.id, position: 7, published: first.published, edited: true });
    const edit = editOf(first, 'dinner at eight');
    expect(await readHit(opener, word('lunch'), { activity: first, edit })).toBe('no-match');
    const foreign = editOf(first, 'dinner', newId<UserId>());
    await expect(readHit(opener, word('dinner'), { activity: first, edit: foreign })).rejects.toMatchObject({
      code: 'client/unreadable',
    });
    const other = editOf(message('another'), 'dinner');
    await expect(readHit(opener, word('dinner'), { activity: first, edit: other })).rejects.toMatchObject({
      code: 'client/unreadable',
    });
  });

  it('says whether the message, a file’s name or what may be inside a file matches', async () => {
    const found = share('see the plan', { name: 'Budget 2027.xlsx', mimeType: 'application/vnd.ms-excel' });
    expect(await readHit(opener, word('plan'), { activity: found })).toMatchObject({ where: 'message' });
    expect(await readHit(opener, word('budget'), { activity: found })).toMatchObject({
      where: 'file-name',
      files: [{ name: 'Budget 2027.xlsx', highlights: [[0, 6]] }],
    });
    expect(await readHit(opener, word('turnover'), { activity: found })).toMatchObject({ where: 'in-file' });
    const either: Query = ['or', { in: [newId<RoomId>()] }, { text: 'turnover', quoted: false }];
    expect(await readHit(opener, either, { activity: found, slots: [0] })).toMatchObject({ where: 'in-file' });
    expect(await readHit(opener, either, { activity: found, slots: [] })).toBe('no-match');
    const picture = share('', { name: 'beach.png', mimeType: 'image/png' });
    expect(await readHit(opener, word('turnover'), { activity: picture })).toBe('no-match');
    expect(await readHit(opener, { has: 'image' }, { activity: picture })).toMatchObject({ where: 'message' });
  });

  it('that does not open is told apart from one that does not match', async () => {
    expect(await readHit(opener, word('plan'), { activity: message('closed') })).toBe('unopened');
    expect(await readHit(opener, word('plan'), { activity: share('plan', { name: 'closed', mimeType: '' }) })).toBe(
      'unopened',
    );
  });
});
