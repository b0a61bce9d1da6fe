import type { SearchHit } from '@cloister/sdk';

const before = 40;
const longest = 160;

/** A line of the text around its first highlight. */
export const snippet = ({ text, highlights }: Pick<SearchHit, 'text' | 'highlights'>): string => {
  const characters = [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)];
  const first = highlights[0]?.[0] ?? 0;
  const at = characters.findLastIndex(({ index }) => index <= first);
  const start = characters.length <= longest ? 0 : Math.max(0, Math.min(at - before, characters.length - longest));
  const shown = characters.slice(start, start + longest).map(({ segment }) => segment);
  const line = shown.join('').replaceAll(/\s+/gu, ' ').trim();
  return `${start > 0 ? '…' : ''}${line}${start + longest < characters.length ? '…' : ''}`;
};
