import { expect, it } from 'vitest';
import { analyse } from '../analyse.ts';
import { approximate } from '../core-query/approximate.ts';
import { ada, bob, message, query } from '../testing/samples.ts';
import { highlights } from './highlights.ts';
import { matches } from './matches.ts';

const table: readonly (readonly [query: string, text: string, highlights: readonly string[] | null])[] = [
  // Words, in any form and accent.
  ['run', 'they were running to the hall', ['running']],
  ['resume', 'my résumé', ['résumé']],
  ['RÉSUMÉ', 'resume', ['resume']],
  ['fussball', 'Ein Fußball ist rund', ['Fußball']],
  ['ｆｕｌｌ', 'a full house', ['full']],
  ['house', 'houses of the holy', ['houses']],
  ['haus', 'die Häuser und das Haus', ['Häuser', 'Haus']],
  ['maison', 'les maisons que nous avons', ['maisons']],
  ['casa', 'las casas de los otros', ['casas']],
  ['ragazzo', 'il ragazzo che è di Roma', ['ragazzo']],
  ['книга', 'это не книги', ['книги']],
  ['boot', 'de boten van het eiland', ['boten']],
  ['running', 'they ran to the hall', null],
  // Quoted: the same folded word.
  ['"run"', 'they were running', null],
  ['"Résumé"', 'a RÉSUMÉ', ['RÉSUMÉ']],
  ['"resume"', 'a résumé', null],
  // C.
  ['会议', '明天的会议室', ['会议']],
  ['会', '开会', ['会']],
  ['검색', '검색을 했다', ['검색']],
  ['검', '검색', null],
  ['あ', 'あ。いう', ['あ']],
  ['あ', 'あい', null],
  ['会議室', '会議と議室', null],
  ['ｶﾞｲﾄﾞ', 'ガイド', ['ガイド']],
  // S.
  ['ประชุม', 'ห้องประชุมใหญ่', ['ประชุม']],
  ['"ประชุม"', 'เรามีประชุมพรุ่งนี้', ['ประชุม']],
  ['"ประชุม ใหญ่"', 'ประชุมใหญ่', null],
  ['"ห้องประชุม"', 'ห้องประชุมใหญ่', ['ห้องประชุม']],
  ['"ห้องใหญ่"', 'ห้องประชุมใหญ่', null],
  ['ชุม', 'ประชุม', ['ชุม']],
  ['"ชุม"', 'ประชุม', null],
  // Khmer signs of which none is a word.
  ['"៰៱"', '៰៱៲', ['៰៱']],
  // Phrases.
  ['"quick brown"', 'The QUICK, brown fox', ['QUICK, brown']],
  ['"quick fox"', 'The quick brown fox', null],
  ['CVE-2026-1234', 'see cve 2026 1234 now', ['cve 2026 1234']],
  ['CVE-2026-1234', 'see cve 2026 12345 now', null],
  ['cafe-bar', 'café/bar', ['café/bar']],
  ['"cafe bar"', 'café/bar', null],
  ['東京tower', '大東京tower', ['東京tower']],
  ['tower東京', 'tower東京都', ['tower東京']],
  ['a東京b', 'a東京都b', null],
  // Operators.
  ['apple OR pear', 'a pear', ['pear']],
  ['apple pear', 'a pear', null],
  ['apple|pear', 'an apple', ['apple']],
  ['-apple pear', 'a pear', ['pear']],
  ['pear -apple', 'an apple and a pear', null],
  ['NOT (apple OR plum) pear', 'a pear', ['pear']],
  ['a OR b c', 'a', ['a']],
  ['(a OR b) c', 'a', null],
  ['"!!" pear :-)', 'pear', ['pear']],
  ['http://x', 'http://x', ['http://x']],
];

it.each(table)('%s in %s (R396)', (typed, text, found) => {
  const asked = query(typed);
  expect(matches(asked, message(text))).toBe(found === null ? 'no' : 'yes');
  if (found !== null) expect(highlights(asked, text).map(([start, end]) => text.slice(start, end))).toEqual(found);
});

it('finds nothing for a query of nothing', () => {
  for (const typed of ['', '  ', '"!!"', '-"!!"', 'NOT', '()', 'from:', ':-)', 'OR OR', '-']) {
    expect(query(typed), typed).toBeNull();
    expect(matches(query(typed), message('anything'))).toBe('no');
    expect(approximate(query(typed))).toBeNull();
  }
});

it('does not let a phrase run from one text into the next', () => {
  const texts = [
    { kind: 'message', text: 'quick' },
    { kind: 'name', text: 'brown.pdf' },
  ] as const;
  expect(matches(query('"quick brown"'), message(texts))).toBe('no');
  expect(matches(query('quick brown'), message(texts))).toBe('yes');
});

it('knows filters', () => {
  const seen = message('see HTTPS://example.org', { has: new Set(['file', 'image']) });
  for (const typed of ['from:ada', 'from:bob from:ada', 'in:hall', 'has:image', 'has:file', 'has:link', 'on:today']) {
    expect(matches(query(typed), seen), typed).toBe('yes');
    expect(matches(query(`-${typed}`.replace(' ', ' -')), seen), `not ${typed}`).toBe('no');
  }
  for (const typed of ['from:bob', 'in:attic', 'has:video', 'before:today', 'after:today', 'on:yesterday']) {
    expect(matches(query(typed), seen), typed).toBe('no');
    expect(matches(query(`NOT ${typed}`), seen), `not ${typed}`).toBe('yes');
  }
  expect(matches({ from: [bob, ada] }, seen)).toBe('yes');
});

it('leaves open what only a file that is not seen could say', () => {
  const seen = message('the plan', { unseen: true });
  expect(matches(query('plan'), seen)).toBe('yes');
  expect(matches(query('budget'), seen)).toBe('in-file');
  expect(matches(query('-budget'), seen)).toBe('in-file');
  expect(matches(query('plan OR budget'), seen)).toBe('yes');
  expect(matches(query('budget from:bob'), seen)).toBe('no');
  expect(matches(query('-plan budget'), seen)).toBe('no');
});

it('knows by the slots that hold whether what stands in files makes it a result', () => {
  const budget = { kind: 'file', text: 'the budget of an old plan' } as const;
  for (const [typed, expected] of [
    ['in:hall OR budget', 'yes'],
    ['in:attic OR budget', 'in-file'],
    ['in:attic OR plum', 'no'],
    ['in:attic OR (budget -plan)', 'no'],
    ['in:attic OR (budget -plum)', 'in-file'],
    ['(in:attic budget) OR plum', 'no'],
    ['(in:hall budget) OR plum', 'in-file'],
    ['before:today OR "old budget"', 'in-file'],
    ['before:today OR "old plum"', 'no'],
    ['-(in:hall budget)', 'no'],
    ['-(in:hall plum)', 'in-file'],
    // What is excluded is looked for outside of files alone.
    ['plum OR -"old budget"', 'in-file'],
    ['-(in:hall "old budget")', 'in-file'],
    ['budget in:hall', 'in-file'],
  ] as const) {
    const asked = query(typed);
    const { slots } = approximate(asked) ?? { slots: [] };
    const terms = new Set(analyse(message([{ kind: 'message', text: 'hello' }, budget])).terms);
    const held = slots.flatMap((slot, at) => (slot.some((term) => terms.has(term)) ? [at] : []));
    expect(matches(asked, message('hello', { unseen: true }), held), typed).toBe(expected);
  }
});
