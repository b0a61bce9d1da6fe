import type { Highlight } from '@cloister/sdk';

/** A piece of what is shown of a text. */
export interface ExcerptPart {
  readonly text: string;
  readonly isFound: boolean;
}

const before = 60;
const longest = 320;

/**
 * What is shown of a text: all of a short one, of a long one what stands around the first thing that was found. Cut
 * where a reader sees characters end, never inside one.
 */
export function excerpt(text: string, highlights: readonly Highlight[]): ExcerptPart[] {
  const [start, end] = span(text, highlights[0]?.[0] ?? 0);
  const parts: ExcerptPart[] = [];
  const add = (from: number, to: number, isFound: boolean) => {
    if (to > from) parts.push({ text: text.slice(from, to), isFound });
  };
  if (start > 0) parts.push({ text: '…', isFound: false });
  let at = start;
  for (const [from, to] of highlights) {
    if (from >= end) break;
    if (to <= at) continue;
    add(at, Math.max(at, from), false);
    add(Math.max(at, from), Math.min(to, end), true);
    at = Math.min(to, end);
  }
  add(at, end, false);
  if (end < text.length) parts.push({ text: '…', isFound: false });
  return parts;
}

function span(text: string, first: number): [start: number, end: number] {
  if (text.length <= longest) return [0, text.length];
  const wanted = Math.max(0, Math.min(first - before, text.length - longest));
  // What is read out to find the cuts is bounded, however long the text.
  const from = Math.max(0, wanted - before);
  const window = text.slice(from, wanted + longest + before);
  const cuts = [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(window)].map(
    ({ index }) => from + index,
  );
  const start = wanted === 0 ? 0 : (cuts.findLast((cut) => cut <= wanted) ?? 0);
  const end = wanted + longest >= text.length ? text.length : (cuts.findLast((cut) => cut <= wanted + longest) ?? 0);
  return end > start ? [start, end] : [wanted, wanted + longest];
}
