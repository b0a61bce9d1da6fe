import type { Plugin } from 'vite';

const ariaStrings =
  /[\\/](?:react-aria|react-stately|react-aria-components|@react-aria[\\/][^\\/]+)[\\/].*[\\/]([a-z]{2}-[A-Z]{2})\.(?:js|mjs|json)$/;

/** Leaves out the words react-aria brings for languages that Cloister does not speak: some 50 kB of text. */
export function onlyOurLocales(kept: readonly string[]): Plugin {
  return {
    name: 'only-our-locales',
    enforce: 'pre',
    load(id) {
      const locale = ariaStrings.exec(id.split('?', 1)[0] ?? '')?.[1];
      return locale === undefined || kept.includes(locale) ? null : 'export default {};';
    },
  };
}
