import { type Catalogue, en } from './locales/en.ts';
import { ja } from './locales/ja.ts';

/** The languages there are; the first is for everybody who speaks none of them. */
export const catalogues = { en, ja } as const satisfies Record<string, Catalogue>;

/** A language's tag (RFC 5646). */
export type Locale = keyof typeof catalogues;

const isLocale = (tag: string): tag is Locale => Object.hasOwn(catalogues, tag);

/** The first choice wins when it is a language of ours: what the person clicked, what the app asked for, then the browser. */
export const chooseLocale = (
  chosen: string | undefined,
  asked: string | undefined,
  acceptLanguage: string | undefined,
): Locale => {
  const wished = [chosen ?? '', ...(asked ?? '').split(' '), ...accepted(acceptLanguage ?? '')];
  return wished.map((tag) => tag.toLowerCase().split('-')[0] ?? '').find(isLocale) ?? 'en';
};

/** The ranges of RFC 9110 §12.5.4, best first; `q=0` means "not acceptable". */
const accepted = (header: string): readonly string[] =>
  header
    .slice(0, 1000)
    .split(',')
    .map((range) => {
      const [tag = '', ...parameters] = range.split(';').map((part) => part.trim());
      const q = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return { tag, q: q === undefined ? 1 : Number(q) };
    })
    .filter(({ q }) => q > 0)
    .sort((a, b) => b.q - a.q)
    .map(({ tag }) => tag);

/** "20 seconds", "2 minutes" in the language. */
export const waitText = (locale: Locale, seconds: number): string => {
  const [value, unit] = seconds > 90 ? [Math.ceil(seconds / 60), 'minute'] : [seconds, 'second'];
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
};
