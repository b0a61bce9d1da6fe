import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { axe, hasChromium, startChromium } from '@cloister/browser';
import { type Constellation, constellation } from '@cloister/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRoom, showPeople, type WebPerson, webPerson } from './web/web-person.ts';

const dist = fileURLToPath(new URL('../../../clients/web/dist', import.meta.url));
let all: Constellation;
let browser: Browser;
let alice: WebPerson;

describe.skipIf(!hasChromium)('pages of the web client', () => {
  beforeAll(async () => {
    all = await constellation({ web: true });
    browser = await startChromium();
    alice = await webPerson(all, browser, 'alice');
  });
  afterAll(async () => {
    await browser?.close();
    await all?.stop();
  });

  it('load less than 180 kB of gzipped script before the first message', async () => {
    await createRoom(alice, 'Budget', []);
    await alice.say('The first message');
    const reader = await alice.page.context().newPage();
    const scripts = new Set<string>();
    reader.on('response', (response) => {
      if (response.request().resourceType() === 'script') scripts.add(basename(new URL(response.url()).pathname));
    });
    await reader.goto(alice.page.url());
    await reader.getByRole('log').getByText('The first message').waitFor();
    const bytes = [...scripts].reduce((sum, name) => sum + statSync(`${dist}/assets/${name}.gz`).size, 0);
    expect(scripts.size).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(180_000);
    await reader.close();
  });

  it('have nothing for axe to find: welcome and sign-in', async () => {
    const context = await browser.newContext({ locale: 'ja-JP' });
    const page = await context.newPage();
    await page.goto(all.endpoints.organisations[0]?.app ?? '');
    await page.getByRole('button', { name: 'サインイン' }).waitFor();
    expect(await axe(page)).toEqual([]);
    await page.getByRole('button', { name: 'サインイン' }).click();
    await page.getByLabel('パスワード').waitFor();
    expect(await axe(page)).toEqual([]);
    await context.close();
  });

  it('have nothing for axe to find: rooms, people, administration', async () => {
    await alice.log.waitFor();
    expect(await axe(alice.page)).toEqual([]);
    const panel = await showPeople(alice);
    await panel.getByText('which keeps the keys').waitFor();
    expect(await axe(alice.page)).toEqual([]);
    await alice.page.getByRole('button', { name: /^Account of/ }).click();
    await alice.page.getByRole('menuitem', { name: 'Administration' }).click();
    await alice.page.getByRole('row', { name: /Full administrator/ }).waitFor();
    await alice.page.getByRole('region', { name: 'Key server' }).getByText('Answers').waitFor();
    expect(await axe(alice.page)).toEqual([]);
    expect(alice.complaints).toEqual([]);
  });

  it('let an administrator invite a person, who chooses a password and comes in', async () => {
    await alice.page.getByRole('button', { name: 'Invite' }).click();
    await alice.page.getByRole('textbox', { name: 'Name' }).fill('Ren Ito');
    await alice.page.getByRole('textbox', { name: 'E-mail address' }).fill('ren@acme.example');
    await alice.page.getByRole('button', { name: 'Make invitation' }).click();
    const dialog = alice.page.getByRole('dialog', { name: 'Invitation for Ren Ito' });
    const link = (await dialog.getByText(/\/identity\/invitations\//).textContent()) ?? '';
    const context = await browser.newContext({ locale: 'en-US' });
    const page = await context.newPage();
    await page.goto(link);
    const [first, again] = [page.getByLabel(/password/i).first(), page.getByLabel(/password/i).last()];
    await first.fill('a password of my own');
    await again.fill('a password of my own');
    await page.getByRole('button').first().click();
    await page.getByText('Your password is saved').waitFor();
    await context.close();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await alice.page.getByRole('row', { name: /Ren Ito.*Member.*Active/ }).waitFor();
  });

  it('tell a member of the organisation whom to ask for administration', async () => {
    const ben = await webPerson(all, browser, 'ben');
    await ben.page.goto(all.endpoints.organisations[0]?.hub ?? '');
    await ben.page.getByText('This page is for full administrators of Acme.').waitFor();
    await ben.close();
  });

  it('forget everything at sign-out', async () => {
    const ben = await webPerson(all, browser, 'ben');
    await ben.page.getByRole('button', { name: /^Account of/ }).click();
    await ben.page.getByRole('menuitem', { name: 'Sign out' }).click();
    await ben.page.getByRole('button', { name: 'Sign in' }).waitFor();
    await ben.page.reload();
    await ben.page.getByRole('button', { name: 'Sign in' }).waitFor();
    await ben.close();
  });
});
