import { describe, expect, it } from 'vitest';
import { type CorpusEntry, corpus } from './corpus.ts';

const options = { seed: 'corpus-test', messages: 20_000 };
const all = [...corpus(options).entries()];
const messages = all.filter((entry) => entry.kind === 'message');

const plainly = (entries: readonly CorpusEntry[]): string =>
  JSON.stringify(
    entries.map((entry) => [
      entry.kind,
      entry.room.roomId,
      entry.position,
      entry.activityId,
      entry.kind === 'deletion' || entry.text,
    ]),
  );

describe('the corpus', () => {
  it('is what its seed says, every time', () => {
    expect(plainly([...corpus(options).entries()])).toBe(plainly(all));
    expect(plainly([...corpus({ ...options, seed: 'another' }).entries()])).not.toBe(plainly(all));
  });

  it('has as many messages as asked for, edits and deletions beside them, in the order of time', () => {
    expect(messages).toHaveLength(20_000);
    expect(all.filter((entry) => entry.kind === 'edit').length).toBeGreaterThan(500);
    expect(all.filter((entry) => entry.kind === 'deletion').length).toBeGreaterThan(200);
    for (const [index, entry] of all.entries()) {
      expect(entry.published).toBeGreaterThanOrEqual(all[index - 1]?.published ?? 0);
      expect(entry.room.members).toContain(entry.actor);
    }
    expect((all.at(-1)?.published ?? 0) - (all[0]?.published ?? 0)).toBeGreaterThan(725 * 86_400_000);
  });

  it('numbers the entries of a room 1, 2, … and edits or deletes only what stands', () => {
    const last = new Map<string, number>();
    const gone = new Set<string>();
    for (const entry of all) {
      expect(entry.position).toBe((last.get(entry.room.roomId) ?? 0) + 1);
      last.set(entry.room.roomId, entry.position);
      if (entry.kind !== 'message') {
        expect(gone.has(entry.of.activityId)).toBe(false);
        expect(entry.of.room).toBe(entry.room);
        expect(entry.of.position).toBeLessThan(entry.position);
      }
      if (entry.kind === 'deletion') gone.add(entry.of.activityId);
    }
  });

  it.each([
    ['english', /\bthe\b/u],
    ['japanese', /[ぁ-ん]/u],
    ['korean', /[가-힣]/u],
    ['french', /\b(nous|est|les)\b/u],
    ['german', /\b(der|die|das|wir)\b/u],
    ['chinese', /[我们这]/u],
  ])('speaks %s in at least one message of twenty', (_, sign) => {
    expect(messages.filter(({ text }) => sign.test(text)).length).toBeGreaterThan(1000);
  });

  it.each([
    ['Thai', /[ก-๙]/u],
    ['Russian', /[а-яё]/u],
    ['decomposed accents', /[a-z]\u0301/u],
    ['emoji', /\p{Emoji_Presentation}/u],
    ['full-width letters', /[Ａ-ｚ]/u],
    ['half-width kana', /[ｦ-ﾟ]/u],
    ['addresses', /https?:\/\//u],
    ['e-mail', /\w@\w/u],
    ['two kinds of script in one run', /東京tower/u],
  ])('has %s', (_, sign) => {
    expect(messages.filter(({ text }) => sign.test(text)).length).toBeGreaterThan(20);
  });

  it('has rooms of Pareto sizes and of two organisations, and files with and without type and text', () => {
    const sizes = [...Map.groupBy(messages, ({ room }) => room).values()]
      .map(({ length }) => length)
      .sort((a, b) => b - a);
    expect(sizes[0]).toBeGreaterThan(20 * (sizes.at(-1) ?? 0));
    const shared = corpus(options).rooms.filter(
      ({ members }) => new Set(members.map((one) => one.organisationId)).size > 1,
    );
    expect(shared.length).toBeGreaterThan(5);
    const files = messages.flatMap((message) => message.files);
    expect(files.filter(({ mimeType }) => mimeType === undefined).length).toBeGreaterThan(20);
    expect(files.filter(({ inside }) => inside !== undefined).length).toBeGreaterThan(100);
    expect(files.every(({ name }) => name.length > 0)).toBe(true);
  });

  it('uses few words often and many rarely', () => {
    const counts = new Map<string, number>();
    for (const { room, text } of messages)
      if (room.talk.name === 'english')
        for (const word of text.toLowerCase().match(/[a-z]{2,}/gu) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
    const sorted = [...counts.values()].sort((a, b) => b - a);
    expect(sorted.length).toBeGreaterThan(1500);
    expect(sorted.slice(0, 20).reduce((sum, one) => sum + one)).toBeGreaterThan(
      sorted.reduce((sum, one) => sum + one) / 5,
    );
  });
});
