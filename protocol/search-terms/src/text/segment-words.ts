/** A word inside an S piece; `start` and `end` are offsets in the piece. */
export interface SegmentedWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const scripts = [
  [/^\p{scx=Thai}/u, 'th'],
  [/^\p{scx=Laoo}/u, 'lo'],
  [/^\p{scx=Khmr}/u, 'km'],
  [/^\p{scx=Mymr}/u, 'my'],
] as const;

const segmenters = new Map<string, Intl.Segmenter>();

const segmenter = (locale: string): Intl.Segmenter => {
  const known = segmenters.get(locale);
  if (known !== undefined) return known;
  const made = new Intl.Segmenter(locale, { granularity: 'word' });
  segmenters.set(locale, made);
  return made;
};

/** The words of an S piece as `Intl.Segmenter` finds them, one at a time, so that a cap ends the work. */
export function* segmentWords(piece: string): Generator<SegmentedWord> {
  const locale = scripts.find(([script]) => script.test(piece))?.[1] ?? 'th';
  for (const { segment, index, isWordLike } of segmenter(locale).segment(piece)) {
    if (isWordLike === true) yield { text: segment, start: index, end: index + segment.length };
  }
}
