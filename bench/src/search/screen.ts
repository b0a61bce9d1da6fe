import { startChromium } from '@cloister/browser';
import type { Constellation } from '@cloister/testkit';
import type { Page } from 'playwright-core';

/** One search before a browser, in milliseconds since Enter, by the page's own clock. */
export interface ScreenTimes {
  /** The question left the page. */
  readonly asked: number;
  /** The first message found is painted. */
  readonly painted: number;
}

/** Somebody before a browser of their own, with the client that their organisation serves. */
export interface Screen {
  /** Types words into the search field of an open room, presses Enter, and comes back to the room. */
  search(words: string): Promise<ScreenTimes>;
  /** Loads the page anew: the next search is the first of a visit. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

/** Milliseconds a key, as people type who are used to it. */
const keyMs = 60;

export async function openScreen(all: Constellation, local: string): Promise<Screen> {
  const { email, password, name, organisationId } = all.person(local);
  const app = all.endpoints.organisations.find(({ id }) => id === organisationId)?.app ?? '';
  const browser = await startChromium();
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const ready = async () => {
    await page.getByRole('button', { name: `Account of ${name}` }).waitFor();
    await page.getByRole('log', { name: 'Messages' }).getByRole('article').last().waitFor();
  };
  await page.goto(app);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Rooms' }).getByRole('link').first().click();
  await ready();
  return {
    search: async (words) => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type(words, { delay: keyMs });
      await watch(page);
      await page.keyboard.press('Enter');
      const times = await page.evaluate(() => globalThis.screenTimes);
      await page.keyboard.press('Escape');
      await page.getByRole('log', { name: 'Messages' }).waitFor();
      return times;
    },
    reload: async () => {
      await page.reload();
      await ready();
    },
    close: () => browser.close(),
  };
}

declare global {
  var screenTimes: Promise<ScreenTimes>;
}

/** Has the page look for what it shows next, so that neither the harness nor the way to it counts. */
const watch = (page: Page): Promise<void> =>
  page.evaluate(() => {
    let enter = 0;
    const onEnter = (event: KeyboardEvent) => {
      enter = event.timeStamp;
    };
    addEventListener('keydown', onEnter, { capture: true, once: true });
    const asked = new Promise<number>((resolve) => {
      // Told once the whole answer is there, and with it when the question left.
      const observer = new PerformanceObserver((list) => {
        const question = list.getEntries().find(({ name }) => name.endsWith('/search/v1/queries'));
        if (question === undefined) return;
        observer.disconnect();
        resolve(question.startTime);
      });
      observer.observe({ type: 'resource' });
    });
    const painted = new Promise<number>((resolve) => {
      const observer = new MutationObserver(() => {
        if (document.querySelector('[data-hit]') === null) return;
        observer.disconnect();
        // A frame's callbacks run before it is painted; a message posted in one arrives after.
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port2.onmessage = () => resolve(performance.now());
          port1.postMessage(undefined);
        });
      });
      observer.observe(document.body, { childList: true, subtree: true });
    });
    globalThis.screenTimes = Promise.all([asked, painted]).then(([sent, shown]) => ({
      asked: sent - enter,
      painted: shown - enter,
    }));
  });
