import { hasChromium } from '@cloister/browser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../stage/open-stage.ts';
import { roomPage } from './room-page.ts';

let stage: Stage;

describe.skipIf(!hasChromium)('the first search of a visit', () => {
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  it('has its page when one presses Enter: nothing stands in for it, and what was found shows at once', async () => {
    const { page } = await stage.open(roomPage);
    const coming = page.waitForResponse(/results-page/);
    await page.keyboard.press('Control+k');
    const part = (await coming).url();
    await page.getByText('Type words to find messages and files in all your rooms.').waitFor();
    // Resolves after the page's own import of it.
    await page.evaluate(`import(${JSON.stringify(part)}).then(() => {})`);
    await page.keyboard.insertText('harbour');
    // Entered from the page itself: whatever is rendered in answer is there before the key is handled.
    const isThere = await page.evaluate(() => {
      const enter = new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true });
      document.activeElement?.dispatchEvent(enter);
      return new Promise((resolve) => {
        queueMicrotask(() => resolve(document.querySelector('main[aria-label="Search"]') !== null));
      });
    });
    expect(isThere).toBe(true);
  });
});
