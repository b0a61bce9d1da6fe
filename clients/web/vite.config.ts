import { lingui } from '@lingui/vite-plugin';
import babel from '@rolldown/plugin-babel';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { onlyOurLocales } from './src/build/only-our-locales.ts';
import { stageFolder } from './src/testing/stage/stage-folder.ts';

/** The build; `--mode stage` builds the page that tests and developers look at, with a scripted client. */
export default defineConfig(({ mode }) => ({
  root: mode === 'stage' ? 'src/testing/stage' : '.',
  publicDir: mode === 'stage' ? '../../../public' : 'public',
  plugins: [
    react(),
    babel({ plugins: ['@lingui/babel-plugin-lingui-macro'] }),
    lingui(),
    onlyOurLocales(['en-US', 'ja-JP']),
  ],
  // `browser` first: the packages that seal then take WebCrypto for their primitives.
  resolve: { conditions: ['browser', 'module', 'import', 'default'] },
  build: {
    outDir: mode === 'stage' ? stageFolder : 'dist',
    manifest: true,
    emptyOutDir: true,
    cssCodeSplit: false,
    target: 'es2023',
    // Small assets as data: addresses would need a wider policy, and hashes of their own cache better.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
  },
}));
