import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dropFile, hasChromium, startChromium } from '@cloister/browser';
import { type Constellation, constellation } from '@cloister/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { choose, createRoom, showPeople, type WebPerson, webPerson } from './web/web-person.ts';

let all: Constellation;
let browser: Browser;
let alice: WebPerson;
let ben: WebPerson;
let chloe: WebPerson;
const folder = mkdtempSync(join(tmpdir(), 'cloister-drop-'));

// One red pixel.
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';

describe.skipIf(!hasChromium)('people in browsers', () => {
  beforeAll(async () => {
    all = await constellation({ web: true });
    browser = await startChromium();
    alice = await webPerson(all, browser, 'alice');
    ben = await webPerson(all, browser, 'ben');
    chloe = await webPerson(all, browser, 'chloe');
  });
  afterAll(async () => {
    await browser?.close();
    await all?.stop();
    rmSync(folder, { recursive: true });
  });

  it('create a room and talk in it (R280, R285, R330, R425)', async () => {
    await createRoom(alice, 'Harbour', [ben]);
    await alice.sees(`You added ${ben.name}`);
    await alice.say('Benches face the water');
    const link = ben.page.getByRole('link', { name: /Harbour.*unread message/ });
    await link.waitFor();
    await ben.enter('Harbour');
    await ben.sees('Benches face the water');
    await ben.sees(`${alice.name} added you`);
    await link.waitFor({ state: 'detached' });
    await ben.say('Good');
    await alice.sees('Good');
    const panel = await showPeople(ben);
    for (const name of [alice.name, `${ben.name} (you)`]) await panel.getByText(name, { exact: true }).waitFor();
    await panel.getByText('The 2 people in this room').waitFor();
    await panel.getByText(/The key server of Acme \(kms\.acme\.example\)/).waitFor();
    expect([...alice.complaints, ...ben.complaints], 'nothing breaks the content security policy').toEqual([]);
  });

  it('change and take back what they wrote', async () => {
    await alice.say('Plane tres');
    await ben.sees('Plane tres');
    await alice.composer.press('ArrowUp');
    await alice.composer.fill('Plane trees');
    await alice.composer.press('Enter');
    await ben.sees('Plane trees');
    await ben.log.getByText('Edited').last().waitFor();
    const last = alice.log.getByRole('article').last();
    await last.hover();
    await last.getByRole('button', { name: 'Delete message' }).click();
    await alice.page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await ben.sees('Message deleted');
    expect(await ben.log.getByText('Plane trees').count()).toBe(0);
  });

  it('share files: a picture to see, a text to save (R285)', async () => {
    writeFileSync(join(folder, 'red.png'), Buffer.from(png, 'base64'));
    writeFileSync(join(folder, 'notes.txt'), 'salt and sun');
    await dropFile(alice.composer, join(folder, 'red.png'));
    await dropFile(alice.composer, join(folder, 'notes.txt'));
    await alice.composer.fill('Two files');
    await alice.composer.press('Enter');
    await ben.sees('Two files');
    const picture = ben.log.getByRole('img', { name: 'red.png' });
    await picture.waitFor();
    expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1);
    const saving = ben.page.waitForEvent('download');
    await ben.log.getByRole('button', { name: 'Download notes.txt' }).click();
    const download = await saving;
    expect(download.suggestedFilename()).toBe('notes.txt');
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toBe('salt and sun');
    expect([...alice.complaints, ...ben.complaints]).toEqual([]);
  });

  it('add a person, who reads what was written before, and says so inline (R331)', async () => {
    const panel = await showPeople(alice);
    await panel.getByRole('button', { name: 'Add people' }).click();
    await choose(alice, chloe.name.slice(0, 4), chloe.name);
    await alice.page.getByRole('button', { name: 'Add 1 person' }).click();
    await ben.sees(`${alice.name} added ${chloe.name}`);
    await chloe.enter('Harbour');
    await chloe.sees('Benches face the water');
    await chloe.say('Hello from Chloé');
    await ben.sees('Hello from Chloé');
  });

  it('remove a person, who gets nothing more, and go on under a new key (R331, R333)', async () => {
    const panel = await showPeople(alice);
    await panel.getByRole('button', { name: `Remove ${chloe.name}` }).click();
    await alice.page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
    await ben.sees(`${alice.name} removed ${chloe.name}`);
    await chloe.page.getByRole('heading', { name: /no longer in it/ }).waitFor();
    await alice.say('Only us two again');
    await ben.sees('Only us two again');
    await ben.say('Under a new key');
    await alice.sees('Under a new key');
    expect(await chloe.page.getByText('Only us two again').count()).toBe(0);
  });

  it('find everything again after a reload, the draft too', async () => {
    // The draft is stored behind the keystrokes, and leaving waits for nothing: a reload at once may be faster than it.
    const type = async () => {
      await ben.composer.fill('half a thought');
      await ben.page.reload();
      await ben.sees('Under a new key');
      return ben.composer.inputValue();
    };
    await expect.poll(type, { timeout: 120_000 }).toBe('half a thought');
    await ben.sees('Benches face the water');
    await ben.composer.press('Enter');
    await alice.sees('half a thought');
  });

  it('write while the core is away, without a reload: it is sent when the core is back (R286)', async () => {
    await all.deployment.kill('core', 'SIGKILL');
    await ben.page.getByText('No connection.').waitFor();
    await ben.composer.fill('written in the dark');
    await ben.composer.press('Enter');
    await ben.log.getByText('Waiting for the connection').waitFor();
    await all.deployment.start('core');
    await ben.page.getByText('Connected again.').waitFor();
    await alice.sees('written in the dark');
    expect(await alice.log.getByText('written in the dark').count()).toBe(1);
  });

  it('leave a room, which says so', async () => {
    await ben.page.getByRole('button', { name: 'More about this room' }).click();
    await ben.page.getByRole('menuitem', { name: 'Leave' }).click();
    await ben.page.getByRole('alertdialog').getByRole('button', { name: 'Leave' }).click();
    await ben.page.getByRole('link', { name: /Harbour/ }).waitFor({ state: 'detached' });
    await alice.sees(`${ben.name} left`);
    await alice.say('Alone with the water');
  });
});
