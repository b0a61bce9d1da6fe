import { i18n, type Messages } from '@lingui/core';
import { chooseLanguage, type Language } from './languages.ts';

/** The words of a part of the page that is loaded when somebody asks for it: a function that resolves once they are there. */
export function laterWords(
  catalogs: Readonly<Record<Language, () => Promise<{ messages: Messages }>>>,
): (locale: string) => Promise<void> {
  const loaded = new Map<Language, Promise<void>>();
  // The same promise each time, as `use` wants it.
  return (locale) => {
    const language = chooseLanguage(locale, []);
    const known = loaded.get(language);
    if (known !== undefined) return known;
    const loading = catalogs[language]().then(({ messages }) => i18n.load(language, messages));
    loaded.set(language, loading);
    // Asked again, it is tried again.
    loading.catch(() => loaded.delete(language));
    return loading;
  };
}
