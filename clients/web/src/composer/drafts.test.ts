import { expect, it } from 'vitest';
import { roomId } from '../testing/entries.ts';
import { type DraftStore, Drafts } from './drafts.ts';

const room = roomId(1);

function recordingStore(initial: Record<string, string> = {}) {
  const texts = new Map(Object.entries(initial));
  const writes: string[] = [];
  const store: DraftStore = {
    readAll: async () => new Map(texts),
    write: async (id, text) => {
      writes.push(text);
      texts.set(id, text);
    },
    remove: async (id) => {
      texts.delete(id);
    },
  };
  return { store, texts, writes };
}

it('keeps one draft for each room', () => {
  const drafts = new Drafts();
  drafts.set(room, 'to one');
  drafts.set(roomId(2), 'to two');
  expect([drafts.get(room), drafts.get(roomId(2)), drafts.get(roomId(3))]).toEqual(['to one', 'to two', '']);
});

it('stores the newest text, and not every keystroke on the way', async () => {
  const { store, texts, writes } = recordingStore();
  const drafts = new Drafts(store);
  for (const text of ['あ', 'あい', 'あいこ', 'あいこさん']) drafts.set(room, text);
  await drafts.stored();
  expect(texts.get(room)).toBe('あいこさん');
  expect(writes.length).toBeLessThan(4);
});

it('takes up after a reload what was stored, and forgets what was sent', async () => {
  const { store, texts } = recordingStore({ [room]: 'half a thought' });
  const drafts = await new Drafts(store).load();
  expect(drafts.get(room)).toBe('half a thought');
  drafts.set(room, '');
  await drafts.stored();
  expect(texts.size).toBe(0);
});

it('does without a store that fails', async () => {
  const fails = () => Promise.reject(new Error('no storage'));
  const drafts = await new Drafts({ readAll: fails, write: fails, remove: fails }).load();
  drafts.set(room, 'still here');
  await drafts.stored();
  expect(drafts.get(room)).toBe('still here');
});
