import { axe, hasChromium, startChromium } from '@cloister/browser';
import { type Constellation, constellation } from '@cloister/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { choose, createRoom, showPeople, type WebPerson, webPerson } from './web/web-person.ts';

let all: Constellation;
let browser: Browser;
/** Alice and Ben are Acme's, Grace is Globex's. */
let alice: WebPerson;
let ben: WebPerson;
let grace: WebPerson;

const hub = async ({ page }: WebPerson, place: string) => {
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('menuitem', { name: 'Administration' }).click();
  await page.getByRole('navigation').getByRole('link', { name: place }).click();
};
const rooms = ({ page }: WebPerson) => page.getByRole('link', { name: 'Back to rooms' }).click();
const firstOutsider = (who: string, own: string) => `${who} is the first person from outside ${own} in this room.`;

describe.skipIf(!hasChromium)('people of two organisations, in browsers', () => {
  beforeAll(async () => {
    all = await constellation({ web: true });
    browser = await startChromium();
    alice = await webPerson(all, browser, 'alice');
    ben = await webPerson(all, browser, 'ben');
    grace = await webPerson(all, browser, 'grace');
  });
  afterAll(async () => {
    await browser?.close();
    await all?.stop();
  });

  it('find each other by the exact address alone, and are told what adding means (R344, R425)', async () => {
    await createRoom(alice, 'Bridge', [ben]);
    await alice.say('Two banks, one river');
    const { page } = alice;
    const panel = await showPeople(alice);
    expect(
      await page
        .locator('main')
        .getByText(/outside Acme|External/)
        .count(),
    ).toBe(0);
    await panel.getByRole('button', { name: 'Add people' }).click();
    await page.getByRole('combobox', { name: 'People' }).fill(grace.name);
    await page.getByText('Nobody of Acme is called this.').waitFor();
    await choose(alice, grace.email, grace.name);
    const told = page.getByRole('status').filter({ hasText: 'Not of Acme' });
    await told.getByText(`${grace.name}: Globex`).waitFor();
    await told.getByText('So can the key servers of Globex').waitFor();
    await page.getByRole('button', { name: 'Add 1 person' }).click();
    await alice.log.getByText(`You added ${grace.name} (Globex)`).waitFor();
  });

  it('see on both sides that the room has people of another organisation, and whose (R361, R446)', async () => {
    await alice.log.getByText(firstOutsider(`${grace.name} (Globex)`, 'Acme')).waitFor();
    await alice.page.getByRole('link', { name: /Bridge External: Globex/ }).waitFor();
    await alice.page.getByText(`People outside Acme are in this room: ${grace.name} (Globex)`).waitFor();
    await grace.page.getByRole('link', { name: /Bridge External: Acme/ }).waitFor();
    await grace.enter('Bridge');
    await grace.sees('Two banks, one river');
    await grace.say('Seen from the other one');
    await alice.sees('Seen from the other one');
    await alice.log.getByRole('article', { name: new RegExp(`^${grace.name} \\(Globex\\), `) }).waitFor();
    await grace.log.getByRole('article', { name: new RegExp(`^${alice.name} \\(Acme\\), `) }).waitFor();
    for (const person of [alice, grace]) expect(await axe(person.page)).toEqual([]);
  });

  it('are named to everybody in the room by a name that travelled sealed, with their organisation', async () => {
    // Ben never looked Grace up.
    await ben.enter('Bridge');
    await ben.log.getByRole('article', { name: new RegExp(`^${grace.name} \\(Globex\\), `) }).waitFor();
    const panel = await showPeople(ben);
    await panel.getByRole('heading', { name: /Globex External/ }).waitFor();
    await panel.getByText(grace.name, { exact: true }).waitFor();
  });

  it('are told which key servers and machines of each organisation can read (R344)', async () => {
    const panel = await showPeople(ben);
    await panel.getByText('can be read by machines of other organisations').waitFor();
    await panel.getByText('Its key server (kms.globex.example), which gives its people their keys').waitFor();
    await panel.getByText(/^Signed by its key server on /).waitFor();
    await panel.getByText('The key server of Acme (kms.acme.example), which keeps the keys').waitFor();
  });

  it('stop meeting when an administrator pauses the other organisation, and go on when it is resumed (R361)', async () => {
    const { page } = alice;
    const hugo = all.person('hugo');
    const addHugo = async () => {
      const panel = await showPeople(alice);
      await panel.getByRole('button', { name: 'Add people' }).click();
      await choose(alice, hugo.email, hugo.name);
      await page.getByRole('button', { name: 'Add 1 person' }).click();
    };
    await hub(alice, 'Other organisations');
    const globex = page.getByRole('listitem', { name: 'Globex' });
    await globex.getByText('kms.globex.example').waitFor();
    await page.getByRole('row', { name: /^kms\.globex\.example/ }).waitFor();
    expect(await axe(page)).toEqual([]);
    await globex.getByRole('button', { name: 'Pause Globex' }).click();
    const asked = page.getByRole('alertdialog');
    await asked.getByText('1 room is shared with them now.').waitFor();
    await asked.getByRole('button', { name: 'Pause', exact: true }).click();
    await globex.getByText(`Paused by ${alice.name} on`).waitFor();
    await rooms(alice);
    await alice.enter('Bridge');
    await addHugo();
    await page.getByRole('alert').getByText('does not let its people share rooms with the other').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await hub(alice, 'Other organisations');
    await globex.getByRole('button', { name: 'Resume Globex' }).click();
    await asked.getByRole('button', { name: 'Resume', exact: true }).click();
    await globex.getByText('May be met').waitFor();
    await rooms(alice);
    await alice.enter('Bridge');
    await addHugo();
    await ben.log.getByText(`${alice.name} added ${hugo.name} (Globex)`).waitFor();
  });

  it('say when the last of another organisation is gone (R446)', async () => {
    const panel = await showPeople(ben);
    for (const name of [all.person('hugo').name, grace.name]) {
      await panel.getByRole('button', { name: `Remove ${name} (Globex)` }).click();
      await ben.page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
      await ben.log.getByText(`You removed ${name} (Globex)`).waitFor();
    }
    await ben.log.getByText('Nobody from outside Acme is in this room any more.').waitFor();
    await grace.page.getByRole('heading', { name: /no longer in it/ }).waitFor();
    expect(
      await ben.page
        .locator('main')
        .getByText(/People outside Acme/)
        .count(),
    ).toBe(0);
    // Nothing broke the content security policy; what was refused while paused was refused to Alice.
    expect([...ben.complaints, ...grace.complaints]).toEqual([]);
    expect(alice.complaints).toEqual([expect.stringContaining('400')]);
  });
});
