import type { Client, TimelineEntry } from '@cloister/sdk';
import type { RoomId, UserId } from '@cloister/wire';
import { expect, it } from 'vitest';
import { entryJson, entryLine, isSettled } from './entry-line.ts';
import { table } from './print.ts';

const [alice, ben] = ['a', 'b'] as unknown as [UserId, UserId];
const names: Readonly<Record<string, string>> = { a: 'Alice', b: 'Ben' };
const client = {
  people: { get: async (id: UserId) => ({ id, known: true, name: names[id] ?? '' }) },
} as unknown as Client;
const base = {
  key: 'k',
  roomId: 'r' as RoomId,
  actor: alice,
  published: '2026-11-21T12:34:56.000Z',
  send: { state: 'sent' },
  position: 4,
} as const;
const open = (text: string) => ({ state: 'open', value: { text } }) as const;

it('pads every column but the last', () => {
  expect(
    table([
      ['a', 'bbb', 'c'],
      ['aaaa', 'b', ''],
    ]),
  ).toEqual(['a     bbb  c', 'aaaa  b']);
  expect(table([])).toEqual([]);
});

it.each<[TimelineEntry, string]>([
  [{ ...base, kind: 'message', content: open('Lunch?') }, 'Alice: Lunch?'],
  [{ ...base, kind: 'message', content: open('Lunch!'), edited: base.published }, 'Alice: Lunch! (edited)'],
  [
    { ...base, kind: 'message', content: { state: 'undecryptable', reason: 'other-room', retrying: false } },
    'Alice: (cannot be decrypted: other-room)',
  ],
  [{ ...base, kind: 'joined', person: ben }, 'Alice added Ben'],
  [{ ...base, kind: 'left', person: ben }, 'Alice removed Ben'],
  [{ ...base, kind: 'left', person: alice }, 'Alice left'],
  [{ ...base, kind: 'created' }, 'Alice created the room'],
  [{ ...base, kind: 'renamed', title: { state: 'open', value: 'Plans' } }, 'Alice renamed the room to Plans'],
  [
    {
      ...base,
      kind: 'files',
      files: [{ id: 'f', name: { state: 'open', value: 'menu.pdf' }, mimeType: 'application/pdf', size: 9 }],
      content: open('for Friday'),
    },
    'Alice shared menu.pdf (9 bytes): for Friday',
  ],
])('says an entry in a sentence (R330, R331)', async (entry, sentence) => {
  expect(await entryLine(client, entry)).toBe(`2026-11-21 12:34  ${sentence}`);
  expect(await entryJson(client, entry)).toMatchObject({ kind: entry.kind, position: 4, actor: { name: 'Alice' } });
});

it('waits for what is still opening', () => {
  expect(isSettled({ ...base, kind: 'message', content: { state: 'opening' } })).toBe(false);
  expect(isSettled({ ...base, kind: 'renamed', title: { state: 'opening' } })).toBe(false);
  expect(isSettled({ ...base, kind: 'created' })).toBe(true);
});
