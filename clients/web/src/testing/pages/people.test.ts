import { hasChromium } from '@cloister/browser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../stage/open-stage.ts';
import { roomPage } from './room-page.ts';

let stage: Stage;

describe.skipIf(!hasChromium)('people in a browser', () => {
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  it('are listed by organisation for every member, strangers marked (R330)', async () => {
    const { page } = await stage.open(roomPage);
    await page.getByRole('button', { name: 'Show 4 people' }).click();
    const panel = page.getByRole('complementary', { name: 'People in this room' });
    await panel.getByRole('heading', { name: 'Acme' }).waitFor();
    for (const name of ['Aiko Tanaka (you)', 'Ben Okafor', 'Chloé Martin', 'Ada Novak']) {
      await panel.getByText(name, { exact: true }).waitFor();
    }
    await panel.getByRole('heading', { name: /Globex External/ }).waitFor();
  });

  it('learn who can read the room: its people, machines by purpose and the key server, by name (R343)', async () => {
    const { page } = await stage.open(roomPage);
    await page.getByRole('button', { name: 'Show 4 people' }).click();
    await page.getByText('The 4 people in this room').waitFor();
    await page.getByText('Machines that turn documents into pages').waitFor();
    await page.getByText('The key server of Acme (kms.acme.example), which keeps the keys').waitFor();
  });

  it('see which changes were refused and why (R326)', async () => {
    const { page } = await stage.open(roomPage);
    await page.getByRole('button', { name: 'Show 4 people' }).click();
    const panel = page.getByRole('complementary', { name: 'People in this room' });
    await panel.getByText('Chloé Martin removes Ben Okafor').waitFor();
    await panel.getByText('Refused, and nothing was changed. In this room only moderators can change').waitFor();
  });

  it('join and leave with a line that says who did it (R331)', async () => {
    const { page } = await stage.open(roomPage);
    await page.getByRole('button', { name: 'Show 4 people' }).click();
    await page.getByRole('button', { name: 'Add people' }).click();
    await page.getByRole('combobox', { name: 'People' }).fill('dan');
    await page.getByRole('option', { name: /Daniel Kim/ }).click();
    await page.getByRole('button', { name: 'Add 1 person' }).click();
    await page.getByRole('log').getByText('You added Daniel Kim').last().waitFor();
    await page.getByRole('button', { name: 'Remove Daniel Kim' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('log').getByText('You removed Daniel Kim').waitFor();
    expect(await page.getByRole('button', { name: 'Remove Daniel Kim' }).count()).toBe(0);
  });

  it('appoint moderators, who alone manage the room from then on (R447)', async () => {
    const { page } = await stage.open(roomPage);
    await page.getByRole('button', { name: 'Show 4 people' }).click();
    await page.getByRole('button', { name: 'Make Ben Okafor a moderator' }).click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText('From then on only moderators can change').waitFor();
    await dialog.getByRole('button', { name: 'Make moderator' }).click();
    await page.getByRole('log').getByText('You made Ben Okafor a moderator').waitFor();
    const panel = page.getByRole('complementary', { name: 'People in this room' });
    await panel.getByText('Moderator', { exact: true }).waitFor();
    await panel.getByText('Moderators decide who is in this room.').waitFor();
    for (const name of ['Add people', 'Remove Ben Okafor', 'Make Chloé Martin a moderator']) {
      expect(await panel.getByRole('button', { name }).count(), name).toBe(0);
    }
    await page.getByRole('button', { name: 'More about this room' }).click();
    await page.getByRole('menuitem', { name: 'Leave' }).waitFor();
    expect(await page.getByRole('menuitem', { name: 'Rename' }).count()).toBe(0);
  });

  it('are found by name and by e-mail when a room is created (R425)', async () => {
    const { page } = await stage.open(roomPage);
    await page.getByRole('button', { name: 'New room' }).click();
    await page.getByRole('textbox', { name: 'Title' }).fill('Lighthouse');
    await page.getByRole('combobox', { name: 'People' }).fill('ada@globex.example');
    await page.getByRole('option', { name: /Ada Novak/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('list', { name: 'Chosen people' }).getByText('Ada Novak').waitFor();
    await page.getByRole('button', { name: 'Create room' }).click();
    await page.getByRole('heading', { name: 'Lighthouse' }).waitFor();
    await page.getByRole('log').getByText('You added Ada Novak').waitFor();
  });

  it('stop the room when the key server lets someone read whom the room does not know', async () => {
    const { page } = await stage.open(`${roomPage}?scene=unexplained`);
    await page
      .getByRole('alert')
      .getByText(/lets people read this room who are not in it: Daniel Kim/)
      .waitFor();
  });
});
