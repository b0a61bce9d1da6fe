import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { Trans, useLingui } from '@lingui/react/macro';
import { createRoot } from 'react-dom/client';
import { Button } from 'react-aria-components';
import { messages } from './locales/en.po';
i18n.loadAndActivate({ locale: 'en', messages });
function App() {
  const { t } = useLingui();
  const name = 'x';
  return <Button aria-label={t`Close`}><Trans>Hello {name}, <b>you</b></Trans></Button>;
}
const r = document.getElementById('root'); if (r) createRoot(r).render(<I18nProvider i18n={i18n}><App /></I18nProvider>);
