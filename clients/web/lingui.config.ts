import { defineConfig } from '@lingui/cli';
import { formatter } from '@lingui/format-po';

export default defineConfig({
  sourceLocale: 'en',
  locales: ['en', 'ja'],
  // Line numbers and dates would change the catalogs without a change of words.
  format: formatter({ lineNumbers: false, explicitIdAsDefault: false }),
  catalogs: [
    {
      path: '<rootDir>/src/i18n/catalogs/{locale}',
      include: ['<rootDir>/src'],
      exclude: ['**/*.test.ts', '<rootDir>/src/testing/**', '<rootDir>/src/hub/**', '<rootDir>/src/search/opened/**'],
    },
    // Few people administrate; the rest never load its words.
    {
      path: '<rootDir>/src/i18n/catalogs/hub/{locale}',
      include: ['<rootDir>/src/hub'],
      exclude: ['**/*.test.ts'],
    },
    // Loaded with the first search.
    {
      path: '<rootDir>/src/i18n/catalogs/search/{locale}',
      include: ['<rootDir>/src/search/opened'],
      exclude: ['**/*.test.ts'],
    },
  ],
});
