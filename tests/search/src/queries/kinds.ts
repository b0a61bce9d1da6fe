import type { World } from '../corpus/world.ts';
import type { Sample } from './sample.ts';

/** What a kind of query is made from. */
export interface Material extends Sample {
  readonly world: World;
}

type Kind = (material: Material) => string;

const han = /\p{Script=Han}+/gu;
const japanese = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]+/gu;
const hangul = /\p{Script=Hangul}+/gu;
const thai = /[\p{Script=Thai}]+/gu;
const others = /[\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu;
const accented = /^(?=.*[à-öø-ÿœ])\p{Script=Latin}{3,}$/u;
const withoutAccents = (word: string): string => word.normalize('NFD').replaceAll(/\p{M}/gu, '');
const endings = [
  '',
  's',
  'es',
  'ed',
  'ing',
  'er',
  'en',
  'e',
  'é',
  'ées',
  'ons',
  'ait',
  'te',
  'ung',
  'ly',
  'ation',
  'ой',
  'ами',
  'ов',
];

/** Another form of a word, or what looks like one. */
const inflected = ({ random, word }: Material): string => {
  const base = word();
  return base.slice(0, Math.max(3, base.length - random.below(4))) + random.pick(endings);
};

const from = ({ world, random, message }: Material): string =>
  `from:"${(random.chance(0.7) ? message().message.actor : random.pick(world.people)).name}"`;
const inRoom = ({ world, random, message }: Material): string =>
  `in:"${(random.chance(0.7) ? message().message.room : random.pick(world.rooms)).title}"`;
const date = ({ message }: Material): string => new Date(message().message.published).toISOString().slice(0, 10);
const has = ({ random }: Material): string =>
  `has:${random.pick(['file', 'image', 'video', 'audio', 'document', 'link'])}`;
const fullWidth = (text: string): string =>
  text.replaceAll(/[!-~]/gu, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0));

const fileWord = ({ random, message }: Material, inside: boolean, count: number): string => {
  for (let round = 0; round < 400; round++) {
    const files = message().content.files.map((file) => (inside ? (file.inside ?? '') : file.name));
    const all = files.flatMap((text) => text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? []);
    const at = random.below(Math.max(1, all.length - count + 1));
    if (all.length >= count) return all.slice(at, at + count).join(' ');
  }
  return 'scan';
};

/** A part of a query that may be anything simple. */
const simple = (material: Material): string =>
  material.random.pick<Kind>([
    ({ word }) => word(),
    ({ word }) => word(),
    inflected,
    ({ word }) => `"${word()}"`,
    ({ wordsInRow }) => `"${wordsInRow(2)}"`,
    ({ characters }) => characters(japanese, 2),
    ({ characters }) => characters(hangul, 2),
    ({ characters }) => characters(han, 3),
    has,
    from,
  ])(material);

function nested(material: Material, depth: number): string {
  const { random } = material;
  if (depth === 0) return simple(material);
  const side = (): string => {
    const one = nested(material, depth - 1);
    return random.chance(0.2) ? `-(${one})` : `(${one})`;
  };
  return random.chance(0.5) ? `${side()} ${side()}` : `${side()} ${random.pick(['OR', '|'])} ${side()}`;
}

/** Every kind of query, by name. */
export const kinds = {
  word: ({ word }) => word(),
  'common word': ({ random }) => random.pick(['the', 'die', 'les', 'and', 'für', 'OK', 'on', 'в', 'の', 'a']),
  inflection: inflected,
  'word without its accents': ({ word }) => withoutAccents(word(accented)),
  'word with accents': ({ word }) => word(accented),
  'decomposed accents': ({ word }) => word(accented).normalize('NFD'),
  capitals: ({ word }) =>
    word()
      .toUpperCase()
      .replace(/^(OR|NOT)$/u, 'THE'),
  'full-width word': ({ word }) => fullWidth(withoutAccents(word(/^\p{Script=Latin}{3,}$/u))),
  'quoted word': ({ word }) => `"${word()}"`,
  'quoted inflection': (material) => `"${inflected(material)}"`,
  'quoted word without its accents': ({ word }) => `"${withoutAccents(word(accented))}"`,
  'quoted word with accents': ({ word }) => `"${word(accented)}"`,
  'Russian word': ({ word }) => word(/^\p{Script=Cyrillic}{2,}$/u),
  'word of another script': ({ word }) =>
    word(/^[\p{Script=Greek}\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Devanagari}\p{M}]+$/u),
  'phrase of two': ({ wordsInRow }) => `"${wordsInRow(2)}"`,
  'phrase of three': ({ wordsInRow }) => `"${wordsInRow(3)}"`,
  'phrase of five': ({ wordsInRow }) => `"${wordsInRow(5)}"`,
  'phrase in typographic quotes': ({ wordsInRow, random }) =>
    random.pick([`“${wordsInRow(2)}”`, `„${wordsInRow(2)}“`, `«${wordsInRow(2)}»`, `＂${wordsInRow(2)}＂`]),
  'phrase in another order': ({ wordsInRow }) => `"${wordsInRow(3).split(/\s+/u).reverse().join(' ')}"`,
  'phrase that is not closed': ({ wordsInRow }) => `"${wordsInRow(2)}`,
  'several pieces without quotes': ({ word, random }) => word() + random.pick(['-', '_', '/', '.', "'"]) + word(),
  'pieces as written': ({ text }) =>
    text(/\S[-_./@]\S/u)
      .split(/\s+/u)
      .find((part) => /^[^"()|-][^"()|]*[-_./@][^"()|]+$/u.test(part)) ?? 'a-b',
  identifier: ({ random }) =>
    random.pick([
      'CVE-2026-1234',
      'toString',
      'parseQuery',
      'snake_case_name',
      'x²',
      '192.168',
      'HTTP2',
      'i18n',
      'v1.2',
      '½',
    ]),
  number: ({ word }) => word(/^\p{N}{1,4}$/u),
  address: ({ random }) =>
    random.pick([
      'https://example.org/status',
      'http://wiki.example.net',
      'anna.schmidt@example.org',
      'build.example.dev',
      'docs/search.md',
    ]),
  'one Han character': ({ characters }) => characters(han, 1),
  'one kana': ({ characters, random }) =>
    random.pick(['の', 'は', characters(/[\p{Script=Hiragana}\p{Script=Katakana}]+/gu, 1)]),
  'one Hangul syllable': ({ characters, random }) => random.pick(['비', '책', '일', characters(hangul, 1)]),
  'two Han characters': ({ characters }) => characters(han, 2),
  'two characters, Japanese': ({ characters }) => characters(japanese, 2),
  'two Hangul syllables': ({ characters }) => characters(hangul, 2),
  'three characters, Japanese': ({ characters }) => characters(japanese, 3),
  'three Hangul syllables': ({ characters }) => characters(hangul, 3),
  'four characters, Japanese': ({ characters }) => characters(japanese, 4),
  'four Han characters': ({ characters }) => characters(han, 4),
  'five characters, Chinese and Japanese': ({ characters }) => characters(japanese, 5),
  'six characters, Chinese and Japanese': ({ characters }) => characters(japanese, 6),
  'characters in quotes': ({ characters, random }) => `"${characters(japanese, 1 + random.below(5))}"`,
  'characters that do not stand together': ({ characters }) => characters(han, 1) + characters(hangul, 1),
  'half-width kana': ({ random }) => random.pick(['ｻｰﾊﾞｰ', 'ﾌｧｲﾙ', 'ﾃﾞｰﾀ', 'ｶﾞｷﾞ']),
  'pieces of several kinds': ({ random }) =>
    random.pick([
      '東京tower',
      'iPhoneケース',
      '3月31日',
      '31日',
      'tower',
      'USBケーブル',
      '방2개',
      '第3章',
      'ABC株式',
      'Tシャツ',
      'no.5です',
      'README',
      '文README',
      'case 5G网',
    ]),
  'phrase of several kinds': ({ text }) => {
    const run = text(/[\p{Script=Latin}\p{N}][\p{Script=Han}\p{Script=Hangul}]/u).match(
      /.{1,3}[\p{Script=Latin}\p{N}][\p{Script=Han}\p{Script=Hangul}].{0,3}/u,
    )?.[0];
    return `"${(run ?? '第3章').replaceAll(/["|()“”«»（）｜＂]/gu, ' ')}"`;
  },
  Thai: ({ characters, random }) => characters(thai, 2 + random.below(6)),
  'Thai in quotes': ({ random }) =>
    `"${random.pick(['ประชุม', 'เอกสาร', 'รายงาน', 'กาแฟ', 'กรุณา', 'ส่งเอกสาร', 'ชุม', 'พรุ่งนี้', 'ไหม'])}"`,
  'Lao, Khmer, Burmese': ({ characters, random }) => {
    const found = characters(others, 2 + random.below(4));
    return random.chance(0.4) ? `"${found}"` : found;
  },
  'all of two': ({ word }) => `${word()} ${word()}`,
  'all of two that are together': ({ wordsInRow }) =>
    wordsInRow(6)
      .split(/[^\p{L}\p{M}\p{N}]+/u)
      .filter((_, index) => index % 3 === 0)
      .join(' '),
  'all of three': ({ word }) => `${word()} ${word()} ${word()}`,
  'word and characters': ({ word, characters }) => `${word()} ${characters(japanese, 2)}`,
  either: ({ word }) => `${word()} OR ${word()}`,
  'either, with a bar': ({ word, characters }) => `${word()} | ${characters(hangul, 2)}`,
  'either of many': ({ word }) => Array.from({ length: 8 }, () => word()).join(' OR '),
  'one and not another': ({ word }) => `${word()} -${word()}`,
  'NOT in letters': ({ word }) => `${word()} NOT ${word()}`,
  'not a phrase': ({ word, wordsInRow }) => `${word()} -"${wordsInRow(2)}"`,
  'not characters': ({ characters }) => `${characters(japanese, 2)} -${characters(japanese, 3)}`,
  'nothing but NOT': ({ word }) => `-${word()}`,
  'nothing but NOT a phrase': ({ wordsInRow }) => `-"${wordsInRow(2)}"`,
  brackets: ({ word }) => `(${word()} OR ${word()}) ${word()}`,
  'not brackets': ({ word }) => `${word()} -(${word()} OR ${word()})`,
  'not not': ({ word }) => `-(-${word()})`,
  'brackets in brackets': (material) => nested(material, 2),
  'brackets three deep': (material) => nested(material, 3),
  'brackets that are not closed': ({ word }) => `((${word()} OR ${word()}) ${word()}`,
  'full-width signs': ({ word, characters }) => `（${word()}　OR　${characters(japanese, 2)}）　－${word()}`,
  from,
  'from and a word': (material) => `${from(material)} ${material.word()}`,
  'from any of two': (material) => `${from(material)} ${from(material)} ${material.word()}`,
  'not from': (material) => `${material.word()} -${from(material)}`,
  in: inRoom,
  'in and a word': (material) => `${material.word()} ${inRoom(material)}`,
  'in any of two': (material) => `${inRoom(material)} ${inRoom(material)} ${material.word()}`,
  'not in': (material) => `${material.word()} -${inRoom(material)}`,
  'has something': has,
  'has something and a word': (material) => `${material.word()} ${has(material)}`,
  'has not': (material) => `${material.word()} -${has(material)}`,
  before: (material) => `before:${date(material)} ${material.word()}`,
  after: (material) => `after:${date(material)} ${material.word()}`,
  on: (material) => `on:${date(material)}`,
  between: (material) => `after:${date(material)} before:${date(material)}`,
  'not on': (material) => `${material.word()} -on:${date(material)}`,
  'either a day or a word': (material) => `on:${date(material)} OR ${material.word()}`,
  'either a room or a word': (material) => `${inRoom(material)} OR ${material.word()}`,
  today: ({ random }) => random.pick(['on:today', 'on:yesterday', 'before:today has:image', 'after:yesterday']),
  'everything at once': (material) =>
    `${from(material)} ${has(material)} after:2025-03-01 (${material.word()} OR -"${material.wordsInRow(2)}") -${material.characters(hangul, 2)}`,
  "word of a file's name": (material) => fileWord(material, false, 1),
  "words of a file's name": (material) => `"${fileWord(material, false, 2)}"`,
  'word in a file': (material) => fileWord(material, true, 1),
  'words in a file': (material) => fileWord(material, true, 2),
  'phrase in a file': (material) => `"${fileWord(material, true, 2)}"`,
  'word not in a file': (material) => `has:document -${fileWord(material, true, 1)}`,
  'name of no filter': ({ word }) => `note:${word()}`,
  'parts without letters': ({ word }) => `${word()} "!!" :) … 👍`,
  'nothing to find': ({ random }) => `${random.pick(['xyzzy', 'qqqq', '靐龘', '뷁쀍', 'ฬฬฬ'])}${random.below(1000)}`,
  'nothing between': ({ word }) => `${word()} xyzzyq`,
} satisfies Readonly<Record<string, Kind>>;

export type KindName = keyof typeof kinds;
