import type { Draw } from './draw.ts';
import { sentence, type Talk, text } from './talk.ts';

export interface SharedFile {
  readonly name: string;
  readonly mimeType?: string;
  /** What an extractor reads inside, if it can. */
  readonly inside?: string;
}

const kinds: readonly (readonly [extension: string, mimeType: string | undefined])[] = [
  ['.pdf', 'application/pdf'],
  ['.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['.xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ['.txt', 'text/plain'],
  ['.md', 'text/markdown'],
  ['.png', 'image/png'],
  ['.JPG', 'image/jpeg'],
  ['.mp4', 'video/mp4'],
  ['.m4a', 'audio/mp4'],
  ['.zip', 'application/zip'],
  ['', undefined],
];
const readable = 5;

/** A file as people name them: the first words of a sentence, a version, an extension. */
export function file(talk: Talk, draw: Draw): SharedFile {
  const { random } = draw;
  const kind = random.below(kinds.length);
  const [extension, mimeType] = kinds[kind] as (typeof kinds)[number];
  const start = [...sentence(talk, draw).replaceAll(/[/\\\n?:]/gu, ' ')]
    .slice(0, 6 + random.below(20))
    .join('')
    .trim();
  const name = `${(random.chance(0.5) ? start.replaceAll(' ', '_') : start) || 'scan'}${random.pick(['', '', '_v2', ' (1)', '-final'])}${extension}`;
  return {
    name,
    ...(mimeType === undefined ? {} : { mimeType }),
    ...(kind < readable && random.chance(0.6) ? { inside: text(talk, draw, 3 + random.below(12)) } : {}),
  };
}
