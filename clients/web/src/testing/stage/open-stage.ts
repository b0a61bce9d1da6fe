import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { complaintsOf, startChromium } from '@cloister/browser';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { build } from 'vite';
import { serveStage } from './serve-stage.ts';

const root = join(import.meta.dirname, '../../..');

/** The stage, built and served under the real policy, in a browser. */
export interface Stage {
  /** A page of a browser of its own. What it reports in the console as wrong is collected in `complaints`. */
  open(path: string, options?: BrowserContextOptions): Promise<{ page: Page; complaints: readonly string[] }>;
  close(): Promise<void>;
}

/** Builds the stage into a folder of its own and starts a browser. */
export async function openStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'cloister-stage-'));
  const configFile = join(root, 'vite.config.ts');
  await build({ configFile, mode: 'stage', logLevel: 'error', build: { outDir: folder } });
  const server = await serveStage(folder);
  const browser = await startChromium();
  return {
    open: async (path, options = {}) => {
      // Without motion, so that nothing is judged half faded in.
      const still = { locale: 'en-US', viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' } as const;
      const context = await browser.newContext({ ...still, ...options });
      const page = await context.newPage();
      // Nothing here measures speed, and the machine may be busy.
      page.setDefaultTimeout(45_000);
      const complaints = complaintsOf(page);
      await page.goto(server.origin + path);
      await page.locator('main').waitFor();
      return { page, complaints };
    },
    close: async () => {
      await browser.close();
      server.close();
      await rm(folder, { recursive: true });
    },
  };
}
