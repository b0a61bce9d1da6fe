import { html } from './html.ts';
import { catalogues, type Locale } from './locale.ts';
import { page } from './page.ts';

/** The page for an OAuth request that failed. The code is one of RFC 6749's words; descriptions are left out, they may quote. */
export const failedPage = (locale: Locale, code: string): string => {
  const words = catalogues[locale].failed;
  const text = code === 'server_error' ? words.serverText : words.text;
  const shown = /^[a-z_]{1,40}$/.test(code) ? code : 'invalid_request';
  return page({ locale, title: words.title, body: html`<p>${text}</p><p class="note">${words.code(shown)}</p>` });
};

/** The page for a sign-in that was not finished in time, or in another browser than it was begun. */
export const expiredPage = (locale: Locale): string => {
  const words = catalogues[locale].failed;
  return page({ locale, title: words.expiredTitle, body: html`<p>${words.expired}</p>` });
};
