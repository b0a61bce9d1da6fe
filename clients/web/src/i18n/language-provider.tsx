import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { createContext, type ReactNode, use, useEffect, useState } from 'react';
import { I18nProvider as AriaI18nProvider } from 'react-aria-components';
import { remember, remembered } from '../state/remembered.ts';
import { chooseLanguage, type Language, languages } from './languages.ts';

const LanguageContext = createContext<{ language: Language; setLanguage: (language: Language) => void }>({
  language: 'en',
  setLanguage: () => {},
});

/** The chosen language, on screen as soon as its words are loaded, and how to choose another. */
export const useLanguage = () => use(LanguageContext);

/** Loads the catalog of the chosen language and shows the page in it; keeps the choice for the next visit. */
export function LanguageProvider({ children }: { children: ReactNode }) {
  const [wanted, setWanted] = useState(() => chooseLanguage(remembered('language'), navigator.languages));
  const [shown, setShown] = useState<Language>();

  useEffect(() => {
    let current = true;
    void loadCatalog(wanted).then((messages) => {
      if (!current) return;
      // Beside what other parts of the page loaded in this language (hub/hub-words.ts).
      i18n.load(wanted, messages);
      i18n.activate(wanted);
      document.documentElement.lang = wanted;
      setShown(wanted);
    });
    return () => {
      current = false;
    };
  }, [wanted]);

  if (shown === undefined) return null;
  const setLanguage = (language: Language) => {
    remember('language', language);
    setWanted(language);
  };
  return (
    <LanguageContext value={{ language: wanted, setLanguage }}>
      <I18nProvider i18n={i18n}>
        <AriaI18nProvider locale={shown === 'ja' ? 'ja-JP' : 'en-US'}>{children}</AriaI18nProvider>
      </I18nProvider>
    </LanguageContext>
  );
}

async function loadCatalog(wanted: Language) {
  const language = languages.find(({ code }) => code === wanted) ?? languages[0];
  return (await language.load()).messages;
}
