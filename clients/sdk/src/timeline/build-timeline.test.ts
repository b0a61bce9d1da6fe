import { expect, it } from 'vitest';
import type { Content } from '../api/content.ts';
import type { SealedText } from '../rooms/log-entry.ts';
import { activityId, alice, ben, entry, keyUri, message } from '../testing/log.ts';
import { buildTimeline, fileOf } from './build-timeline.ts';

const text = (sealed: string): SealedText => ({ sealed, keyUri: keyUri(1) });
const read = ({ sealed }: SealedText): Content<string> => ({ state: 'open', value: sealed });
const build = (...log: Parameters<typeof buildTimeline>[0]) => buildTimeline(log, alice, read);

it('folds an author’s edits into the message, the last one counting', () => {
  const edit = (position: number, said: string) =>
    entry(position, { kind: 'edit', target: activityId(1), text: text(said) });
  const [shown, ...rest] = build(message(1), edit(2, 'second'), edit(3, 'third'));
  expect(rest).toEqual([]);
  expect(shown).toMatchObject({ kind: 'message', content: { state: 'open', value: { text: 'third' } } });
  expect(shown).toHaveProperty('edited');
});

it('ignores edits and deletes of other people, whatever the core let through', () => {
  const edit = entry(2, { kind: 'edit', target: activityId(1), text: text('forged') }, ben);
  const remove = entry(3, { kind: 'delete', target: activityId(1) }, ben);
  expect(build(message(1), edit, remove)).toMatchObject([{ kind: 'message', content: { value: { text: 'm1' } } }]);
});

it('shows a deleted message as deleted, edits or not', () => {
  const edit = entry(2, { kind: 'edit', target: activityId(1), text: text('better') });
  const remove = entry(3, { kind: 'delete', target: activityId(1) });
  expect(build(message(1), edit, remove)).toMatchObject([{ kind: 'deleted', by: alice }]);
});

it('keeps one’s own key from the outbox on, and never takes another’s', () => {
  const mine = { ...message(1), clientTempId: 'temp' };
  const theirs = { ...message(2, ben), clientTempId: 'temp' };
  expect(build(mine, theirs).map(({ key }) => key)).toEqual(['temp', activityId(2)]);
});

it('shows the text when its HTML does not open', () => {
  const body = { kind: 'message', text: text('plain'), html: text('rich') } as const;
  const half = (sealed: SealedText): Content<string> =>
    sealed.sealed === 'rich' ? { state: 'undecryptable', reason: 'corrupt', retrying: false } : read(sealed);
  expect(buildTimeline([entry(1, body)], alice, half)).toMatchObject([
    { content: { state: 'open', value: { text: 'plain' } } },
  ]);
});

it('finds the file a view names, and no other', () => {
  const file = { name: text('n'), scr: text('s'), mimeType: 'text/plain', size: 1 };
  const log = [message(1), entry(2, { kind: 'files', files: [file] })];
  expect(fileOf(log, `${activityId(2)}/0`)).toBe(file);
  expect(fileOf(log, `${activityId(2)}/1`)).toBeUndefined();
  expect(fileOf(log, `${activityId(1)}/0`)).toBeUndefined();
  expect(fileOf(log, 'nonsense')).toBeUndefined();
});

const page = (scr: string) => ({
  name: undefined,
  scr: text(scr),
  mimeType: 'image/png',
  size: 9,
  width: 80,
  height: 60,
});
const share = () => {
  const file = (scr: string) => ({ name: text('n'), scr: text(scr), mimeType: 'text/plain', size: 1 });
  return entry(1, { kind: 'files', files: [file('a'), file('b')] });
};
const pagesOfSecond = (position: number, ...scrs: string[]) =>
  entry(position, { kind: 'pages', target: activityId(1), pages: [[], scrs.map(page)] }, ben);

it('shows pages at the file they are of, and no line of their own (R340)', () => {
  const log = [share(), message(2), pagesOfSecond(3, 'p', 'q')];
  const [files, ...rest] = build(...log);
  expect(rest.map(({ kind }) => kind)).toEqual(['message']);
  if (files?.kind !== 'files') throw new RangeError('no files');
  expect(files.files[0]).not.toHaveProperty('pages');
  const shown = files.files[1]?.pages ?? [];
  expect(shown.map(({ index, width, height }) => [index, width, height])).toEqual([
    [0, 80, 60],
    [1, 80, 60],
  ]);
  expect(shown.map(({ file }) => fileOf(log, file.id)?.scr.sealed)).toEqual(['p', 'q']);
  expect(fileOf(log, `${activityId(1)}/1/2`)).toBeUndefined();
  expect(fileOf(log, `${activityId(1)}/0/0`)).toBeUndefined();
});

it('shows no page of what was deleted, nor of what is not there', () => {
  const remove = entry(3, { kind: 'delete', target: activityId(1) });
  expect(build(share(), pagesOfSecond(2, 'p'), remove)).toMatchObject([{ kind: 'deleted' }]);
  expect(build(pagesOfSecond(2, 'p'))).toEqual([]);
});
