type Range = readonly [first: number, last: number];

/** An encoding of two bytes a character, and which first bytes a text in it mostly has. */
interface Rule {
  readonly label: string;
  readonly first: readonly Range[];
  readonly second: readonly Range[];
  /** Punctuation and wide Latin, which say nothing. */
  readonly neutral: Range;
  readonly usual: readonly Range[];
  /** Which part of the other characters has them, at least. */
  readonly share: number;
}

const high: readonly Range[] = [[0xa1, 0xfe]];

/** JIS X 0208: kana, and kanji of level 1. KS X 1001: its syllables. GB 2312: its characters of level 1. */
const rules: readonly Rule[] = [
  {
    label: 'shift_jis',
    first: [
      [0x81, 0x9f],
      [0xe0, 0xfc],
    ],
    second: [
      [0x40, 0x7e],
      [0x80, 0xfc],
    ],
    neutral: [0x81, 0x81],
    usual: [
      [0x82, 0x83],
      [0x88, 0x98],
    ],
    share: 0.8,
  },
  { label: 'euc-jp', first: high, second: high, neutral: [0xa1, 0xa3], usual: [[0xa4, 0xa5]], share: 0.15 },
  { label: 'euc-kr', first: high, second: high, neutral: [0xa1, 0xa3], usual: [[0xb0, 0xc8]], share: 0.9 },
  { label: 'gb18030', first: high, second: high, neutral: [0xa1, 0xa3], usual: [[0xb0, 0xd7]], share: 0.9 },
];

const within = (ranges: readonly Range[], byte: number) =>
  ranges.some(([first, last]) => byte >= first && byte <= last);

/**
 * Japanese, Korean or Chinese in the encodings that spreadsheets still export, as far as a few words tell: statistics of
 * letters need whole pages. Undefined where none fits, as with every text whose letters beyond ASCII stand alone.
 */
export const eastAsianEncoding = (bytes: Uint8Array): string | undefined =>
  rules.find((rule) => follows(bytes, rule))?.label;

function follows(bytes: Uint8Array, { first, second, neutral, usual, share }: Rule): boolean {
  let telling = 0;
  let fitting = 0;
  let pairs = 0;
  let together = 0;
  let lastEnd = -1;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) continue;
    // A sample may end within a character.
    if (at === bytes.length - 1 && pairs > 0) break;
    if (!within(first, byte) || !within(second, bytes[at + 1] ?? 0)) return false;
    pairs++;
    if (lastEnd === at) together++;
    at++;
    lastEnd = at + 1;
    if (within([neutral], byte)) continue;
    telling++;
    if (within(usual, byte)) fitting++;
  }
  // A quotation mark of windows-1252 and the letter behind it look like one character; it stands alone.
  return telling > 1 && fitting >= share * telling && together * 3 >= pairs;
}
