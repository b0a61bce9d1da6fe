import type { Piece } from './pieces.ts';

const lists = {
  english: 'the and of to is in that it for with this are was on be not have you we',
  french: 'le la les et des est une un dans que pour pas sur qui du nous avec ce',
  german: 'der die das und ist nicht ein eine den mit von zu auf für wir ich auch dem',
  spanish: 'el los las y que es una por con para del se no su como más pero',
  italian: 'il di che è un gli della per non con una sono del si ma anche nel',
  portuguese: 'o os e que não uma um para com do da em no na por mais dos',
  dutch: 'de het een en van is dat niet op te zijn voor met aan er ook',
  russian: 'и в не на что с по это как но к для мы из у за',
} as const;

export type LanguageName = keyof typeof lists;

export const languageNames = Object.keys(lists) as LanguageName[];

const sets = languageNames.map((name) => ({ name, words: new Set<string>(lists[name].split(' ')) }));

/** "The one with the highest count, if no other has as many, is the text's language, alone"; else all of them. */
export function languagesOf(text: readonly Piece[]): readonly LanguageName[] {
  const counts = sets.map(({ words }) => text.filter((piece) => piece.kind === 'W' && words.has(piece.text)).length);
  const highest = Math.max(...counts);
  const leading = sets.filter((_, index) => counts[index] === highest);
  return highest > 0 && leading.length === 1 ? leading.map(({ name }) => name) : languageNames;
}
