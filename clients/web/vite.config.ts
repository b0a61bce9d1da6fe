import { join } from 'node:path';
import { getConfig } from '@lingui/conf';
import { lingui } from '@lingui/vite-plugin';
import babel, { defineRolldownBabelPreset } from '@rolldown/plugin-babel';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { onlyOurLocales } from './src/build/only-our-locales.ts';
import { stageFolder } from './src/testing/stage/stage-folder.ts';

const here = import.meta.dirname;

/** Turns words in the source into ids of the catalogs; only files that have words pass through Babel. */
const words = defineRolldownBabelPreset({
  preset: () => ({ plugins: [['@lingui/babel-plugin-lingui-macro', { linguiConfig: getConfig({ cwd: here }) }]] }),
  rolldown: { filter: { id: /[\\/]clients[\\/]web[\\/]src[\\/]/, code: /\/macro'/ } },
});

/** The build; `--mode stage` builds the page that tests and developers look at, with a scripted client. */
export default defineConfig(({ mode }) => ({
  root: mode === 'stage' ? join(here, 'src/testing/stage') : here,
  publicDir: join(here, 'public'),
  plugins: [react(), babel({ presets: [words] }), lingui({ cwd: here }), onlyOurLocales(['en-US', 'ja-JP'])],
  // `browser` first: the packages that seal then take WebCrypto for their primitives.
  resolve: { conditions: ['browser', 'module', 'import', 'default'] },
  build: {
    outDir: mode === 'stage' ? stageFolder : join(here, 'dist'),
    manifest: true,
    emptyOutDir: true,
    cssCodeSplit: false,
    target: 'es2023',
    // Small assets as data: addresses would need a wider policy, and hashes of their own cache better.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    chunkSizeWarningLimit: 1000,
    // What the page always needs is one file: cut up for the parts that are loaded later, it would compress worse.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'first', tags: ['$initial'] }] } } },
  },
}));
