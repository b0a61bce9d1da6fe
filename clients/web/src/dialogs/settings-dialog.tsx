import { useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { useLanguage } from '../i18n/language-provider.tsx';
import { languages } from '../i18n/languages.ts';
import { currentTheme, setTheme, type Theme } from '../state/theme.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Choice } from './choice.tsx';

/** Language and look, remembered in this browser. */
export function SettingsDialog({ onClose }: { onClose: () => void }) {
  const { t } = useLingui();
  const { language, setLanguage } = useLanguage();
  const [theme, choose] = useState(currentTheme);
  return (
    <Dialog title={t`Settings`} onClose={onClose}>
      <Choice
        legend={t`Language`}
        name="language"
        value={language}
        options={languages.map(({ code, name }) => ({ value: code, label: name, lang: code }))}
        onChange={setLanguage}
      />
      <Choice<Theme>
        legend={t`Colours`}
        name="theme"
        value={theme}
        options={[
          { value: 'system', label: t`As the device` },
          { value: 'light', label: t`Light` },
          { value: 'dark', label: t`Dark` },
        ]}
        onChange={(chosen) => {
          choose(chosen);
          setTheme(chosen);
        }}
      />
    </Dialog>
  );
}
