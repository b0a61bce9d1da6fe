import type { Client, TimelineEntry } from '@cloister/sdk';
import type { OrganisationId, RoomId, UserId } from '@cloister/wire';
import { expect, it } from 'vitest';
import { entryJson, entryLine, isSettled } from './entry-line.ts';
import { organisationText } from './organisations.ts';
import { table } from './print.ts';

const [alice, ben, gina, stranger] = ['a', 'b', 'g', 's'] as unknown as [UserId, UserId, UserId, UserId];
const [acme, globex, umbrella] = ['acme', 'globex', 'umbrella'] as unknown as [
  OrganisationId,
  OrganisationId,
  OrganisationId,
];
const names: Readonly<Record<string, string>> = { a: 'Alice', b: 'Ben', g: 'Gina' };
const outside: Readonly<Record<string, OrganisationId>> = { g: globex, s: umbrella };
const client = {
  snapshot: () => ({
    me: { id: alice, organisationId: acme },
    organisations: new Map([[globex, { id: globex, name: 'Globex', domains: ['globex.example'] }]]),
  }),
  people: {
    get: async (id: UserId) => {
      const organisationId = outside[id];
      const person = { id, known: names[id] !== undefined, name: names[id] ?? '' };
      return organisationId === undefined ? person : { ...person, organisationId };
    },
  },
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
  [{ ...base, kind: 'joined', person: gina }, 'Alice added Gina (Globex)'],
  [{ ...base, kind: 'left', person: stranger }, 'Alice removed s (umbrella)'],
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
])(
  'says an entry in a sentence, with the organisation beside a name from outside (R330, R331, R446)',
  async (entry, sentence) => {
    expect(await entryLine(client, entry)).toBe(`2026-11-21 12:34  ${sentence}`);
    expect(await entryJson(client, entry)).toMatchObject({ kind: entry.kind, position: 4, actor: { name: 'Alice' } });
  },
);

it.each([
  [{ name: 'Globex', domains: ['globex.example', 'globex.test'] }, 'Globex (globex.example)'],
  [{ name: 'Globex', domains: [] }, 'Globex'],
  [{ name: '', domains: ['globex.example'] }, 'globex.example'],
  [{ name: '', domains: [] }, 'globex'],
  [undefined, 'globex'],
])('names an organisation as far as somebody named it', (named, text) => {
  expect(organisationText(globex, named)).toBe(text);
});

it('waits for what is still opening', () => {
  expect(isSettled({ ...base, kind: 'message', content: { state: 'opening' } })).toBe(false);
  expect(isSettled({ ...base, kind: 'renamed', title: { state: 'opening' } })).toBe(false);
  expect(isSettled({ ...base, kind: 'created' })).toBe(true);
});
