import { type Browser, chromium } from 'playwright-core';

/** Debian's Chromium; where it is missing, these tests are skipped and named at the end of `npm test`. */
export const chromiumPath = '/usr/bin/chromium';

/** Starts the browser. No sandbox is possible for root, and nothing may be fetched but what the test asks for. */
export const startChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath,
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
