import { html } from './html.ts';
import { catalogues, type Locale } from './locale.ts';
import { page } from './page.ts';

/** What the sign-in page shows. Its form is a contract with clients without a browser (README). */
export interface SignInPage {
  readonly locale: Locale;
  /** Address of the page without a query. */
  readonly path: string;
  readonly csrf: string;
  readonly email: string;
  readonly fault?: string | undefined;
}

/** The page with e-mail address and password. */
export const signInPage = ({ locale, path, csrf, email, fault }: SignInPage): string => {
  const words = catalogues[locale].signIn;
  const invalid = fault === undefined ? undefined : html` aria-invalid="true" aria-describedby="fault"`;
  const [first, second] = email === '' ? [html` autofocus`, undefined] : [undefined, html` autofocus`];
  const inLanguage = (other: Locale) => `${path}?lang=${other}`;
  const body = html`<form id="sign-in" method="post" action="${inLanguage(locale)}">
<input type="hidden" name="csrf" value="${csrf}">
<label for="email">${words.email}</label>
<input id="email" name="email" type="email" autocomplete="username" spellcheck="false" maxlength="320" required value="${email}"${first}${invalid}>
<label for="password">${words.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="1024" required${second}${invalid}>
<button type="submit">${words.submit}</button>
</form>
<p class="note">${words.note}</p>`;
  return page({ locale, title: words.title, fault, body, inLanguage });
};
