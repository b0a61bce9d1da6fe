/** Languages with stems and, in {@link wordLists}, their commonest words: folded, as docs/search.md lists them. */
export const languages = [
  'english',
  'french',
  'german',
  'spanish',
  'italian',
  'portuguese',
  'dutch',
  'russian',
] as const;

export type Language = (typeof languages)[number];

/** By which a text's language is told. */
export const wordLists: Readonly<Record<Language, string>> = {
  english: 'the and of to is in that it for with this are was on be not have you we',
  french: 'le la les et des est une un dans que pour pas sur qui du nous avec ce',
  german: 'der die das und ist nicht ein eine den mit von zu auf für wir ich auch dem',
  spanish: 'el los las y que es una por con para del se no su como más pero',
  italian: 'il di che è un gli della per non con una sono del si ma anche nel',
  portuguese: 'o os e que não uma um para com do da em no na por mais dos',
  dutch: 'de het een en van is dat niet op te zijn voor met aan er ook',
  russian: 'и в не на что с по это как но к для мы из у за',
};
