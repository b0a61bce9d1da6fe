import { laterWords } from '../i18n/later-words.ts';

/** Resolves when the administration's words are there in a language. */
export const hubWords = laterWords({
  en: () => import('../i18n/catalogs/hub/en.po'),
  ja: () => import('../i18n/catalogs/hub/ja.po'),
});
