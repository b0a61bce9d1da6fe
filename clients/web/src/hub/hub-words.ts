import { i18n, type Messages } from '@lingui/core';
import { chooseLanguage, type Language } from '../i18n/languages.ts';

const catalogs: Record<Language, () => Promise<{ messages: Messages }>> = {
  en: () => import('../i18n/catalogs/hub/en.po'),
  ja: () => import('../i18n/catalogs/hub/ja.po'),
};
const loaded = new Map<Language, Promise<void>>();

/** Resolves when the administration's words are there in a language: the same promise each time. */
export function hubWords(locale: string): Promise<void> {
  const language = chooseLanguage(locale, []);
  const known = loaded.get(language);
  if (known !== undefined) return known;
  const loading = catalogs[language]().then(({ messages }) => i18n.load(language, messages));
  loaded.set(language, loading);
  // Asked again, it is tried again.
  loading.catch(() => loaded.delete(language));
  return loading;
}
