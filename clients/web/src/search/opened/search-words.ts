import { laterWords } from '../../i18n/later-words.ts';

/** Resolves when the words of search are there in a language. */
export const searchWords = laterWords({
  en: () => import('../../i18n/catalogs/search/en.po'),
  ja: () => import('../../i18n/catalogs/search/ja.po'),
});
