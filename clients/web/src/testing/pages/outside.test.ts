import { axe, hasChromium } from '@cloister/browser';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roomId, userId } from '../entries.ts';
import { openStage, type Stage } from '../stage/open-stage.ts';
import { quietRoomPage, roomPage } from './room-page.ts';

let stage: Stage;
const log = (page: Page) => page.getByRole('log', { name: 'Messages' });
const composer = (page: Page) => page.getByRole('textbox', { name: /^Message to/ });
const first = 'is the first person from outside Acme in this room.';

describe.skipIf(!hasChromium)('people of other organisations in a browser', () => {
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  it('mark the room in the list, in its header and where one writes, in words (R446)', async () => {
    const { page } = await stage.open(roomPage);
    const rooms = page.getByRole('navigation', { name: 'Rooms' });
    await rooms.getByRole('link', { name: /Harbour redesign External: Globex/ }).waitFor();
    expect(await rooms.getByRole('link', { name: /External/ }).count()).toBe(1);
    await page
      .getByRole('main')
      .getByRole('banner')
      .or(page.locator('main > header'))
      .getByText('External: Globex')
      .waitFor();
    const field = page.getByRole('textbox', {
      description: 'People outside Acme are in this room: Ada Novak (Globex)',
    });
    expect(await field.count()).toBe(1);
    await page.goto(new URL(quietRoomPage, page.url()).href);
    await composer(page).waitFor();
    expect(
      await page
        .locator('main')
        .getByText(/External|outside Acme/)
        .count(),
    ).toBe(0);
  });

  it('are announced by a line of the timeline with the first who comes and the last who leaves (R446)', async () => {
    const { page } = await stage.open(roomPage);
    await log(page).getByText(`Ada Novak (Globex) ${first}`).waitFor();
    await page.evaluate(
      ([room, ada]) => window.scripted.rooms.remove(room as never, ada as never),
      [roomId(1), userId(5)],
    );
    await log(page).getByText('Nobody from outside Acme is in this room any more.').waitFor();
    expect(await page.locator('main').getByText('External: Globex').count()).toBe(0);
    expect(await log(page).getByText(first).count()).toBe(1);
  });

  it('are named with their organisation everywhere, and by it alone while nobody told the name', async () => {
    const { page } = await stage.open(roomPage);
    await log(page)
      .getByRole('article', { name: /^Ada Novak \(Globex\), / })
      .waitFor();
    await page.getByRole('button', { name: 'Show 4 people' }).click();
    await page.getByRole('button', { name: 'Remove Ada Novak (Globex)' }).click();
    const dialog = page.getByRole('alertdialog', { name: 'Remove Ada Novak (Globex) from this room?' });
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.evaluate(
      ([room, who]) => window.scripted.rooms.add(room as never, [who as never]),
      [roomId(1), userId(7)],
    );
    await log(page).getByText('You added Somebody at Globex').waitFor();
    await page.getByRole('button', { name: 'Make Somebody at Globex a moderator' }).waitFor();
    await page.getByText('People outside Acme are in this room: 2 people (Globex)').waitFor();
  });

  it('call themselves what they like, and stay on one line before their organisation', async () => {
    const { page } = await stage.open(quietRoomPage);
    await page.evaluate(
      ([room, who]) => window.scripted.meet(room as never, who as never, 'Aiko Tanaka (Acme)\u202e\n'),
      [roomId(4), userId(7)],
    );
    await log(page).getByText('You added Aiko Tanaka (Acme) (Globex)').waitFor();
  });

  it('are found by their exact address alone, and adding them says whose they are and who reads then (R425)', async () => {
    const { page } = await stage.open(roomPage);
    await page.getByRole('button', { name: 'Show 4 people' }).click();
    await page.getByRole('button', { name: 'Add people' }).click();
    const field = page.getByRole('combobox', { name: 'People' });
    await field.fill('bill');
    await page.getByText('Nobody of Acme is called this. People of other organisations are found only by').waitFor();
    await field.fill('bil@initech.example');
    await page.getByText('Nobody here has the address bil@initech.example. Check each letter').waitFor();
    await field.fill('bill@initech.example');
    await page.getByRole('option', { name: /Bill Lumbergh.*initech\.example.*bill@initech\.example/ }).waitFor();
    expect(await page.getByText('They will read everything').count()).toBe(0);
    await page.keyboard.press('Enter');
    const told = page.getByRole('status').filter({ hasText: 'Not of Acme' });
    await told.getByText('Bill Lumbergh: initech.example').waitFor();
    await told.getByText('They will read everything in this room. So can the key servers of initech.example').waitFor();
    expect(await axe(page)).toEqual([]);
    await page.getByRole('button', { name: 'Take Bill Lumbergh off the list' }).click();
    await told.waitFor({ state: 'detached' });
  });

  it('come with their key server and the machines that it says it lets read; silence is told as that (R344)', async () => {
    const { page } = await stage.open(roomPage);
    await page.getByRole('button', { name: 'Show 4 people' }).click();
    const panel = page.getByRole('complementary', { name: 'People in this room' });
    await panel.getByText('can be read by machines of other organisations, in their clouds too').waitFor();
    await panel.getByRole('heading', { name: 'Globex (globex.example, globex.test)' }).waitFor();
    await panel.getByText('Its key server (kms.globex.example), which gives its people their keys').waitFor();
    await panel.getByText('Machines that look for data that must not leave').waitFor();
    await panel.getByText(/^Signed by its key server on /).waitFor();
    await panel.getByRole('heading', { name: 'initech.example' }).waitFor();
    await panel.getByText('It has not said which machines it lets read.').waitFor();
    await panel.getByText('The key server of Acme (kms.acme.example), which keeps the keys').waitFor();
    expect(await axe(page)).toEqual([]);
  });

  it('leave a message waiting that their key server holds back, with the reason, and it can be taken back', async () => {
    const { page } = await stage.open(roomPage);
    await page.evaluate(() => {
      window.scripted.holdSends = true;
      window.scripted.heldBy = 'kms/peer-unreachable';
    });
    await composer(page).fill('are you there?');
    await composer(page).press('Enter');
    await log(page)
      .getByText('The key server of another organisation does not answer. This is sent by itself')
      .waitFor();
    await log(page).getByRole('button', { name: 'Cancel sending' }).click();
    await log(page).getByText('are you there?').waitFor({ state: 'detached' });
  });

  it('leave a message closed that their key server holds back, and it says whose is away', async () => {
    const { page } = await stage.open(roomPage);
    await page.evaluate(
      ([room, who]) => {
        const content = { state: 'undecryptable', reason: 'key-server-unreachable', retrying: true } as const;
        window.scripted.append(room as never, {
          kind: 'message',
          actor: who as never,
          content: { ...content, host: 'kms.globex.example' },
        });
      },
      [roomId(1), userId(5)],
    );
    await log(page).getByText('The key server of another organisation does not answer.').waitFor();
    await log(page).getByText('Key server: kms.globex.example').waitFor();
  });
});
