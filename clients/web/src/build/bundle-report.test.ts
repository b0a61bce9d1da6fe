import { expect, it } from 'vitest';
import { bundleReport } from './bundle-report.ts';

const manifest = {
  'index.html': {
    file: 'main.js',
    isEntry: true,
    imports: ['_shared.js'],
    dynamicImports: ['src/hub/hub-page.tsx', 'src/i18n/catalogs/en.po', 'src/i18n/catalogs/ja.po', 'sdk/crypto.ts'],
  },
  '_shared.js': { file: 'shared.js' },
  'src/hub/hub-page.tsx': {
    file: 'hub.js',
    imports: ['_shared.js', '_tables.js'],
    dynamicImports: ['src/i18n/catalogs/hub/ja.po'],
  },
  'src/i18n/catalogs/hub/ja.po': { file: 'hub-ja.js' },
  '_tables.js': { file: 'tables.js' },
  'src/i18n/catalogs/en.po': { file: 'en.js' },
  'src/i18n/catalogs/ja.po': { file: 'ja.js' },
  'sdk/crypto.ts': { file: 'crypto.js' },
};
const sizes = new Map(
  Object.entries({
    'main.js': 100,
    'shared.js': 20,
    'hub.js': 3000,
    'tables.js': 4000,
    'hub-ja.js': 2000,
    'en.js': 5,
    'ja.js': 7,
    'crypto.js': 40,
  }),
);

it('counts what the page loads by itself, lazy or not, and one catalog, the largest', () => {
  expect(bundleReport(manifest, sizes).beforeFirstMessage).toBe(100 + 20 + 7 + 40);
});

it('does not count what only a named later part needs', () => {
  const later = bundleReport(manifest, sizes).chunks.filter(({ first }) => !first);
  expect(later.map(({ file }) => file)).toEqual(['tables.js', 'hub.js', 'hub-ja.js', 'en.js']);
});

it('counts a lazy part that nobody named', () => {
  const { 'src/hub/hub-page.tsx': hub, ...rest } = manifest;
  const renamed = {
    ...rest,
    'src/new.tsx': hub,
    'index.html': { ...manifest['index.html'], dynamicImports: ['src/new.tsx'] },
  };
  expect(bundleReport(renamed, sizes).beforeFirstMessage).toBe(100 + 20 + 7 + 3000 + 4000 + 2000);
});
