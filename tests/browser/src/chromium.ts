import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const executablePath = '/usr/bin/chromium';

/** Whether Debian's Chromium is there; where it is not, these tests are skipped and named at the end of `npm test`. */
export const hasChromium: boolean = existsSync(executablePath);

/** Starts the browser. No sandbox is possible for root, and nothing may be fetched but what the test asks for. */
export const startChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
