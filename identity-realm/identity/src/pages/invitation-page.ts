import { shortestPassword } from '../domain/password.ts';
import type { Invitation } from '../store/invitations.ts';
import { html } from './html.ts';
import { catalogues, type Locale } from './locale.ts';
import { page } from './page.ts';

/** The page on which an invited person chooses their first password. */
export const invitationPage = (parts: {
  readonly locale: Locale;
  readonly path: string;
  readonly invitation: Pick<Invitation, 'name' | 'email' | 'organisationName'>;
  readonly fault?: string | undefined;
}): string => {
  const { locale, path, invitation, fault } = parts;
  const words = catalogues[locale].invitation;
  const invalid = fault === undefined ? undefined : html` aria-invalid="true"`;
  const described = fault === undefined ? 'hint' : 'fault hint';
  const inLanguage = (other: Locale) => `${path}?lang=${other}`;
  const body = html`<p>${words.welcome(invitation.name, invitation.organisationName)}</p>
<form id="choose-password" method="post" action="${inLanguage(locale)}">
<label for="email">${words.account}</label>
<input id="email" name="email" type="email" autocomplete="username" readonly value="${invitation.email}">
<label for="password">${words.password}</label>
<input id="password" name="password" type="password" autocomplete="new-password" maxlength="1024" required autofocus aria-describedby="${described}"${invalid}>
<p class="hint" id="hint">${words.hint(shortestPassword)}</p>
<label for="repeat">${words.repeat}</label>
<input id="repeat" name="repeat" type="password" autocomplete="new-password" maxlength="1024" required${invalid}>
<button type="submit">${words.submit}</button>
</form>`;
  return page({ locale, title: words.title, fault, body, inLanguage });
};

/** After the password was saved. */
export const invitationDonePage = (locale: Locale): string => {
  const words = catalogues[locale].invitation;
  return page({ locale, title: words.doneTitle, body: html`<p role="status">${words.done}</p>` });
};

/** For a link that opens nothing: used, old and invented ones look the same. */
export const invitationGonePage = (locale: Locale): string => {
  const words = catalogues[locale].invitation;
  return page({ locale, title: words.goneTitle, body: html`<p>${words.gone}</p>` });
};
