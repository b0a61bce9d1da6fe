import { axe, hasChromium } from '@cloister/browser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../stage/open-stage.ts';
import { functions, playIdentity } from './play-identity.ts';

let stage: Stage;
describe.skipIf(!hasChromium)('the administration page', () => {
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  it('tells a member in a sentence whom to ask', async () => {
    const { page } = await stage.open('/hub');
    await playIdentity(page, ['member']);
    await page.getByText('This page is for full administrators of Acme.').waitFor();
    expect(await page.getByRole('button', { name: 'Invite' }).count()).toBe(0);
    await page.getByText('Can read every document shared in your rooms').waitFor();
    expect(await page.getByRole('switch').count()).toBe(0);
  });

  it('shows an administrator the organisation, its key server and its people, and invites', async () => {
    const { page } = await stage.open('/hub');
    await playIdentity(page, ['member', 'full-admin']);
    await page.getByRole('region', { name: 'Key server' }).getByText('kms.acme.example').waitFor();
    await page.getByRole('row', { name: /Aiko Tanaka.*Full administrator.*Active/ }).waitFor();
    await page.getByRole('row', { name: /Ben Okafor.*Member.*Disabled/ }).waitFor();
    expect(await axe(page)).toEqual([]);
    await page.getByRole('button', { name: 'Invite' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Ren Ito');
    await page.getByRole('textbox', { name: 'E-mail address' }).fill('ren@acme.example');
    await page.getByRole('button', { name: 'Make invitation' }).click();
    await page.getByRole('dialog', { name: 'Invitation for Ren Ito' }).getByText('/identity/invitations/abc').waitFor();
  });

  it('lists every function, what it can read, and its switch, which asks first (R342, R343)', async () => {
    const { page } = await stage.open('/hub');
    await playIdentity(page, ['member', 'full-admin']);
    const section = page.getByRole('region', { name: 'Functions that need keys' });
    const transcoding = section.getByRole('switch', { name: 'Machines that turn documents into pages' });
    await transcoding.waitFor();
    expect(await section.getByRole('switch', { checked: false }).count()).toBe(functions.length);
    await transcoding.focus();
    await page.keyboard.press('Space');
    const dialog = page.getByRole('alertdialog', { name: 'Switch this function on?' });
    await dialog.getByText('Can read every document shared in your rooms').waitFor();
    expect(await transcoding.getAttribute('aria-checked')).toBe('false');
    await dialog.getByRole('button', { name: 'Switch on' }).click();
    await section.getByRole('switch', { checked: true }).waitFor();
    expect(await section.getByRole('switch', { checked: true }).count()).toBe(1);
    expect(await axe(page)).toEqual([]);
  });

  it('says before somebody is disabled what that does to their rooms (R332)', async () => {
    const { page } = await stage.open('/hub');
    await playIdentity(page, ['member', 'full-admin']);
    const changed: unknown[] = [];
    await page.route('**/identity/api/v1/people/*', (route) => {
      changed.push(route.request().postDataJSON());
      return route.fulfill({ status: 204 });
    });
    await page.getByRole('button', { name: 'Change Ben Okafor' }).click();
    await page.getByRole('menuitem', { name: 'Let in again' }).click();
    await page.getByRole('alertdialog').getByText('Members must add Ben Okafor to rooms anew.').waitFor();
    await page.getByRole('button', { name: 'Let in', exact: true }).click();
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    expect(changed).toEqual([{ active: true }]);
    expect(await page.getByRole('button', { name: 'Change Aiko Tanaka' }).count()).toBe(0);
  });
});
