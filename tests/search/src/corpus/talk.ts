import type { Draw } from './draw.ts';
import type { Language } from './language.ts';
import { chinese } from './languages/chinese.ts';
import { english } from './languages/english.ts';
import { french } from './languages/french.ts';
import { german } from './languages/german.ts';
import { japanese } from './languages/japanese.ts';
import { korean } from './languages/korean.ts';
import { further, russian, southEastAsian, southern, thai } from './languages/others.ts';
import { technical } from './languages/technical.ts';

/** The language most of a room is in; the rest is in any. */
export interface Talk {
  readonly name: string;
  readonly main: Language;
}

const main: readonly (readonly [name: string, language: Language, share: number])[] = [
  ['english', english, 6],
  ['japanese', japanese, 4],
  ['korean', korean, 4],
  ['german', german, 3],
  ['french', french, 3],
  ['chinese', chinese, 3],
  ['russian', russian, 1],
  ['thai', thai, 1],
];

/** A room's talk is one of these; the more often it is listed, the more rooms have it. */
export const talks: readonly Talk[] = main.flatMap(([name, language, share]) =>
  Array.from({ length: share }, () => ({ name, main: language })),
);

const elsewhere: readonly Language[] = [
  ...main.map(([, language]) => language),
  southern,
  southern,
  southEastAsian,
  further,
  technical,
  technical,
  technical,
];

/** One sentence of a room: mostly in its language. */
export function sentence(talk: Talk, draw: Draw): string {
  return (draw.random.chance(0.82) ? talk.main : draw.random.pick(elsewhere))(draw);
}

/** A few sentences, of which one language is in no way spoiled by the next: line ends and spaces between them. */
export function text(talk: Talk, draw: Draw, sentences: number): string {
  let all = '';
  for (let index = 0; index < sentences; index++) {
    if (index > 0) all += draw.random.chance(0.2) ? '\n' : ' ';
    all += sentence(talk, draw);
  }
  return respelled(all, draw);
}

/** Now and then the same letters as other keyboards write them: decomposed, in capitals, full-width. */
function respelled(plain: string, { random }: Draw): string {
  const how = random.next();
  if (how < 0.03) return plain.normalize('NFD');
  if (how < 0.045) return plain.toUpperCase();
  if (how < 0.05) return plain.replace(/[a-zA-Z0-9]/gu, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0));
  return plain;
}
