import { type Html, html } from './html.ts';
import { catalogues, type Locale } from './locale.ts';
import { stylePath } from './style.ts';

/** A page's own parts; the frame adds product, languages and style. */
export interface PageParts {
  readonly locale: Locale;
  readonly title: string;
  /** A fault to read first; it is announced when the page opens. */
  readonly fault?: string | undefined;
  readonly body: Html;
  /** Address of the same page in another language; left out where a reload would repeat an act. */
  readonly inLanguage?: (locale: Locale) => string;
}

/** The whole document. */
export const page = ({ locale, title, fault, body, inLanguage }: PageParts): string => {
  const words = catalogues[locale];
  return html`<!DOCTYPE html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${fault === undefined ? '' : `${words.errorPrefix}: `}${title} · ${words.product}</title>
<link rel="stylesheet" href="${stylePath}">
</head>
<body>
<main>
<p class="product">${logo}${words.product}</p>
<h1>${title}</h1>
${fault === undefined ? undefined : html`<p class="fault" id="fault" role="alert">${fault}</p>`}
${body}
</main>
${inLanguage === undefined ? undefined : languages(locale, inLanguage)}
</body>
</html>
`.text;
};

// Two nested arches of a cloister walk; decorative, the name stands beside it.
const logo = html`<svg width="32" height="32" viewBox="0 0 32 32" aria-hidden="true" focusable="false"><rect width="32" height="32" rx="8"/><path d="M8 25V15a8 8 0 0 1 16 0v10M13 25v-8a3 3 0 0 1 6 0v8"/></svg>`;

const languages = (current: Locale, inLanguage: (locale: Locale) => string): Html => {
  const items = (Object.keys(catalogues) as Locale[]).map((locale) => {
    const { language } = catalogues[locale];
    return locale === current
      ? html`<li><span lang="${locale}" aria-current="true">${language}</span></li>`
      : html`<li><a lang="${locale}" hreflang="${locale}" href="${inLanguage(locale)}">${language}</a></li>`;
  });
  return html`<footer><nav aria-label="${catalogues[current].otherLanguages}"><ul>${items}</ul></nav></footer>`;
};

/**
 * Headers of every page: no script at all, no frame around it, nothing kept. `targets` are the origins that a form's answer
 * may lead to besides our own: browsers apply `form-action` to redirects as well.
 */
export const pageHeaders = (targets: readonly string[] = []): Readonly<Record<string, string>> => ({
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': policy(targets),
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
});

const policy = (targets: readonly string[]): string =>
  [
    `default-src 'none'`,
    `style-src 'self'`,
    // Empty is "none"; the OAuth server adds the hash of the one script it sends (form posts).
    'script-src',
    `form-action ${["'self'", ...targets].join(' ')}`,
    `frame-ancestors 'none'`,
    `base-uri 'none'`,
  ].join('; ');
