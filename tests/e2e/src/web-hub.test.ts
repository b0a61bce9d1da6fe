import { axe, hasChromium, startChromium } from '@cloister/browser';
import { type Constellation, constellation } from '@cloister/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRoom, showPeople, type WebPerson, webPerson } from './web/web-person.ts';

let all: Constellation;
let browser: Browser;
let alice: WebPerson;
let ben: WebPerson;

const rooms = (person: WebPerson) => person.page.getByRole('link', { name: 'Back to rooms' }).click();

const hub = async ({ page }: WebPerson) => {
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('menuitem', { name: 'Administration' }).click();
  await page.getByRole('row', { name: /Full administrator/ }).waitFor();
};

describe.skipIf(!hasChromium)('who may do what, in browsers', () => {
  beforeAll(async () => {
    all = await constellation({ web: true });
    browser = await startChromium();
    [alice, ben] = [await webPerson(all, browser, 'alice'), await webPerson(all, browser, 'ben')];
  });
  afterAll(async () => {
    await browser?.close();
    await all?.stop();
  });

  it('a moderator appointed in one browser manages the room alone, and the other is told so (R447)', async () => {
    const chloe = await webPerson(all, browser, 'chloe');
    await createRoom(alice, 'Council', [ben, chloe]);
    await alice.say('Who decides?');
    await ben.enter('Council');
    const mine = await showPeople(alice);
    await mine.getByRole('button', { name: `Make ${alice.name} a moderator` }).click();
    await alice.page.getByRole('alertdialog').getByRole('button', { name: 'Make moderator' }).click();
    await ben.log.getByText(`${alice.name} became a moderator`).waitFor();
    const theirs = await showPeople(ben);
    await theirs.getByText('Moderators decide who is in this room.').waitFor();
    expect(await theirs.getByRole('button', { name: `Remove ${chloe.name}` }).count()).toBe(0);
    await mine.getByRole('button', { name: `Remove ${chloe.name}` }).waitFor();
    expect(await axe(ben.page)).toEqual([]);
    await chloe.close();
  });

  it('a function is off until an administrator switches it on, and every member sees it then (R342, R343)', async () => {
    const panel = await showPeople(ben);
    await panel.getByText('No machines').waitFor();
    await hub(alice);
    const section = alice.page.getByRole('region', { name: 'Functions that need keys' });
    await section.getByRole('switch', { name: 'Machines that look for data that must not leave' }).click();
    await alice.page.getByRole('alertdialog').getByRole('button', { name: 'Switch on' }).click();
    await section.getByRole('switch', { checked: true }).waitFor();
    expect(await axe(alice.page)).toEqual([]);
    await ben.page.reload();
    // The list was open, and is again.
    await panel.getByText('Machines that look for data that must not leave').waitFor();
  });

  it('who leaves the organisation goes from the rooms on screen, with the administrator’s name (R331, R332)', async () => {
    await alice.page.getByRole('button', { name: `Change ${all.person('chloe').name}` }).click();
    await alice.page.getByRole('menuitem', { name: 'Has left the organisation' }).click();
    await alice.page.getByRole('alertdialog').getByRole('button', { name: 'Remove everywhere' }).click();
    await alice.page.getByRole('row', { name: new RegExp(`${all.person('chloe').name}.*Disabled`) }).waitFor();
    await ben.log.getByText(`${all.person('chloe').name} left the organisation. ${alice.name} recorded it`).waitFor();
    await ben.say('Good luck!');
    await rooms(alice);
    await alice.enter('Council');
    await alice.sees('Good luck!');
    expect([...alice.complaints, ...ben.complaints]).toEqual([]);
  });
});
