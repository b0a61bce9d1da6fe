import fc from 'fast-check';
import type { DocumentText } from '../document.ts';
import { type Has, hasWhat } from '../has.ts';
import type { SeenMessage } from '../match/matches.ts';
import type { Query, QueryNode } from '../query/query.ts';
import { ada, asked, attic, bob, hall, message } from './samples.ts';

export const runs = Number(process.env.CLOISTER_RUNS ?? 100);

/** Bits of text that meet each other often: words of many scripts and forms, marks, signs, halves of characters. */
const bits = [
  ...['run', 'running', 'Résumé', 'resume', 're\u0301sume\u0301', 'ß', 'ς', 'Σ', 'İ', 'cafés', 'CVE', '2026', 'x1'],
  ...['the', 'and', 'der', 'und', 'le', 'la', 'и', 'не', 'книга', 'книги', 'ёлка', 'Häuser', 'Haus', 'ﬁn', 'Ｆ'],
  ...['会', '会议', '会議室', '東京', 'あ', 'ー', 'ｶﾞ', 'が', '검색', '을', 'ᄀ', 'ᅡ', 'ㄱ', 'ㅏ', '𠀀', '〇', '々'],
  ...['ก', 'ประชุม', 'ห้อง', 'ລາວ', 'ខ្មែរ', 'မြန်မာ', '๑', '\u0e34', '\u0301', '\u3099', '\u200d', '\u200b', '\u00ad'],
  ...[
    ' ',
    ' ',
    ' ',
    '-',
    '.',
    '\n',
    '"',
    '(',
    ')',
    '|',
    ':',
    'OR',
    'NOT',
    'from:',
    '\ud800',
    '\udc00',
    '\0',
    '😀',
    '¨',
    'ﷺ',
  ],
];

/** Text of many scripts, with what is awkward in them. */
export const anyText = (maxLength = 12): fc.Arbitrary<string> =>
  fc
    .array(
      fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...bits) }, fc.string({ unit: 'grapheme', maxLength: 3 })),
      {
        maxLength,
      },
    )
    .map((found) => found.join(''));

const isAsked = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);
const portable = (text: string): string => text.toWellFormed().replaceAll('\0', ' ');
/** Text with a piece in it. */
const askedText = anyText(4).map(portable).filter(isAsked);

const anyKind = fc.constantFrom<DocumentText['kind']>('message', 'message', 'name', 'file');
const anyHas = fc.uniqueArray(fc.constantFrom<Has>(...hasWhat)).map((has) => new Set(has));

/** A message every text of which is seen. */
export const anyMessage: fc.Arbitrary<SeenMessage> = fc
  .record({
    texts: fc.array(fc.record({ kind: anyKind, text: anyText() }), { maxLength: 3 }),
    from: fc.constantFrom(ada, bob),
    roomId: fc.constantFrom(hall, attic),
    has: anyHas,
    published: fc.constantFrom(asked.now, asked.now - 100_000_000),
  })
  .map(({ texts, ...rest }) => message(texts, rest));

const leaf: fc.Arbitrary<QueryNode> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ text: askedText, quoted: fc.boolean() }) },
  fc.constantFrom<QueryNode>({ from: [ada] }, { from: [ada, bob] }, { in: [hall] }, { has: 'link' }, { has: 'file' }),
  fc.constantFrom<QueryNode>({ sent: { from: asked.now } }, { sent: { until: asked.now } }, { sent: {} }),
);

/** A query of a few levels. */
export const anyQuery: fc.Arbitrary<QueryNode> = fc.letrec<{ node: QueryNode }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc
      .tuple(fc.constantFrom('and' as const, 'or' as const), fc.array(tie('node'), { minLength: 1, maxLength: 3 }))
      .map(([kind, of]): QueryNode => [kind, ...of]),
    tie('node').map((inner): QueryNode => ['not', inner]),
  ),
})).node;

/** A query that asks for some of what a message says, so that more than chance finds it. */
export const queryFor = ({ texts }: SeenMessage): fc.Arbitrary<Query> => {
  const said = texts.map(({ text }) => [...portable(text)]).filter((text) => isAsked(text.join('')));
  if (said.length === 0) return anyQuery;
  const some = fc
    .tuple(fc.constantFrom(...said), fc.nat(), fc.integer({ min: 1, max: 8 }))
    .map(([text, start, length]) => text.slice(start % text.length, (start % text.length) + length).join(''));
  const own = fc.record({ text: some.filter(isAsked), quoted: fc.boolean() });
  return fc.oneof(
    anyQuery,
    own,
    fc.tuple(own, anyQuery).map(([word, other]): QueryNode => ['and', word, other]),
  );
};
