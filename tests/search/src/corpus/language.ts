import type { Draw } from './draw.ts';

/** What fills `{name}` in a sentence. */
export type Slot = readonly string[] | ((draw: Draw) => string);

/** Sentences with gaps, and what fills them. */
export interface Phrases {
  readonly sentences: readonly string[];
  readonly slots: Readonly<Record<string, Slot>>;
}

/** Writes one sentence. */
export type Language = (draw: Draw) => string;

/** @throws RangeError for a gap that nothing fills, when the language is made. */
export function language({ sentences, slots }: Phrases): Language {
  const compiled = sentences.map((sentence) =>
    sentence.split(/[{}]/).map((part, index) => (index % 2 === 0 ? part : slotNamed(slots, part))),
  );
  return (draw) => {
    const parts = draw.random.pick(compiled);
    let text = '';
    for (const part of parts) text += typeof part === 'string' ? part : fill(part, draw);
    return text;
  };
}

const fill = (slot: Slot, draw: Draw): string => (typeof slot === 'function' ? slot(draw) : draw.word(slot));

function slotNamed(slots: Readonly<Record<string, Slot>>, name: string): Slot {
  const slot = slots[name];
  if (slot === undefined) throw new RangeError(`nothing fills {${name}}`);
  return slot;
}

/** Words of a text, as the lists are written: between spaces. */
export const words = (text: string): readonly string[] => text.trim().split(/\s+/u);

/** Every word of the one list before every word of the other, frequent with frequent first. */
export function pairs(first: readonly string[], second: readonly string[], join = ''): readonly string[] {
  const all = first.flatMap((left, i) =>
    second.map((right, j) => ({ text: left + join + right, rank: (i + 1) * (j + 1) })),
  );
  return all.sort((left, right) => left.rank - right.rank).map(({ text }) => text);
}
