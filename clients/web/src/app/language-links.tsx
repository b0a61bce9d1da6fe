import { useLingui } from '@lingui/react/macro';
import { useLanguage } from '../i18n/language-provider.tsx';
import { languages } from '../i18n/languages.ts';
import { Button } from '../ui/button.tsx';
import styles from './language-links.module.css';

/** The other languages, each in its own words. */
export function LanguageLinks() {
  const { t } = useLingui();
  const { language, setLanguage } = useLanguage();
  return (
    <nav className={styles.links} aria-label={t`Language`}>
      {languages
        .filter(({ code }) => code !== language)
        .map(({ code, name }) => (
          <span key={code} lang={code}>
            <Button kind="quiet" onPress={() => setLanguage(code)}>
              {name}
            </Button>
          </span>
        ))}
    </nav>
  );
}
