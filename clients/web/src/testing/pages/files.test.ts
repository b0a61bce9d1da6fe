import { hasChromium } from '@cloister/browser';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../stage/open-stage.ts';
import { roomPage } from './room-page.ts';

let stage: Stage;
const composer = (page: Page) => page.getByRole('textbox', { name: /^Message to/ });
const last = (page: Page) => page.getByRole('log').getByRole('article').last();

/** Gives the composer a file as a paste or a drop does. */
const give = (page: Page, kind: 'paste' | 'drop', name: string, type: string, content: string) =>
  composer(page).evaluate(
    (field, file) => {
      const data = new DataTransfer();
      data.items.add(new File([file.content], file.name, { type: file.type }));
      const event =
        file.kind === 'paste'
          ? new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
          : new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true });
      field.dispatchEvent(event);
    },
    { kind, name, type, content },
  );

describe.skipIf(!hasChromium)('files in a browser', () => {
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  it.each(['paste', 'drop'] as const)('come by %s, wait beside the words, and go with them', async (kind) => {
    const { page } = await stage.open(roomPage);
    await give(page, kind, 'notes.txt', 'text/plain', 'remember');
    await page.getByRole('list', { name: 'Files to send' }).getByText('notes.txt').waitFor();
    await composer(page).fill('my notes');
    await composer(page).press('Enter');
    await last(page).getByText('my notes').waitFor();
    await last(page).getByText('notes.txt').waitFor();
    expect(await page.getByRole('list', { name: 'Files to send' }).count()).toBe(0);
  });

  it('come by the button, and can be taken back before they go', async () => {
    const { page } = await stage.open(roomPage);
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Add files' }).click();
    await (await chooser).setFiles([
      { name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('a') },
      { name: 'b.txt', mimeType: 'text/plain', buffer: Buffer.from('b') },
    ]);
    await page.getByRole('button', { name: 'Remove a.txt' }).click();
    await composer(page).press('Enter');
    await last(page).getByText('b.txt').waitFor();
    expect(await last(page).getByText('a.txt').count()).toBe(0);
  });

  it('are saved with their name and content', async () => {
    const { page } = await stage.open(roomPage);
    await give(page, 'drop', 'notes.txt', 'text/plain', 'remember');
    await composer(page).press('Enter');
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download notes.txt' }).click();
    const download = await saving;
    expect(download.suggestedFilename()).toBe('notes.txt');
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toBe('remember');
  });

  it('show pictures from their bytes, and open them large', async () => {
    const { page, complaints } = await stage.open(roomPage);
    const picture = page.getByRole('img', { name: 'harbour-draft.png' });
    await picture.waitFor();
    expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(960);
    await page.getByRole('button', { name: 'Show harbour-draft.png large' }).click();
    await page.getByRole('dialog', { name: 'harbour-draft.png' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('show the pages of a document where a function made them, one at a time (R340)', async () => {
    const { page } = await stage.open(roomPage);
    await page.getByRole('button', { name: 'Next page' }).scrollIntoViewIfNeeded();
    await page.getByRole('img', { name: 'Page 1 of quantities-and-costs.xlsx' }).waitFor();
    expect(await page.getByRole('button', { name: 'Page before' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Next page' }).click();
    await page.getByRole('img', { name: 'Page 2 of quantities-and-costs.xlsx' }).waitFor();
    await page.getByText('Page 2 of 2').waitFor();
    expect(await page.getByRole('button', { name: 'Next page' }).isDisabled()).toBe(true);
  });

  it('never show what only claims to be a picture', async () => {
    const { page } = await stage.open(roomPage);
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
    await give(page, 'drop', 'claims.png', 'image/png', svg);
    await give(page, 'drop', 'drawing.svg', 'image/svg+xml', svg);
    await composer(page).press('Enter');
    await last(page).getByRole('button', { name: 'Download drawing.svg' }).waitFor();
    await last(page).getByRole('button', { name: 'Download claims.png' }).waitFor();
    await page.waitForFunction(() => document.querySelectorAll('article:last-of-type img').length === 0);
    expect(await last(page).getByRole('img').count()).toBe(0);
  });
});
