/** Languages with a complete catalog. `name` is the language's own. */
export const languages = [
  { code: 'en', name: 'English', load: () => import('./catalogs/en.po') },
  { code: 'ja', name: '日本語', load: () => import('./catalogs/ja.po') },
] as const;

export type Language = (typeof languages)[number]['code'];

export const isLanguage = (code: string | null): code is Language =>
  languages.some((language) => language.code === code);

/** The language to start with: the remembered one, else the browser's best that we have, else English. */
export function chooseLanguage(remembered: string | null, preferred: readonly string[]): Language {
  if (isLanguage(remembered)) return remembered;
  const bases = preferred.map((tag) => tag.split('-', 1)[0]?.toLowerCase() ?? '');
  return bases.find(isLanguage) ?? 'en';
}
