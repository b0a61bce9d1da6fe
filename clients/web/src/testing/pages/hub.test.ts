import { existsSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, openStage, type Stage } from '../stage/open-stage.ts';

let stage: Stage;
const organisation = { id: '0a000000-0000-4000-8000-000000000001', name: 'Acme' };
const people = ['Aiko Tanaka', 'Ben Okafor'].map((name, index) => ({
  id: `00000001-0000-4000-8000-00000000000${index + 1}`,
  name,
  email: `${name.split(' ')[0]?.toLowerCase()}@acme.example`,
  roles: index === 0 ? ['member', 'full-admin'] : ['member'],
  active: index === 0,
}));

/** Plays identity for a page that was opened already. */
const identity = async (page: Page, roles: string[]) => {
  await page.route('**/identity/api/v1/me', (route) => route.fulfill({ json: { roles, organisation } }));
  await page.route('**/identity/api/v1/organisation/people', (route) => route.fulfill({ json: { items: people } }));
  await page.route('**/identity/api/v1/invitations', (route) =>
    route.fulfill({
      json: { link: 'http://id.localhost/identity/invitations/abc', expiresAt: '2026-11-28T12:00:00Z' },
    }),
  );
  await page.reload();
};

describe.skipIf(!existsSync(chromiumPath))('the administration page', () => {
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  it('tells a member in a sentence whom to ask', async () => {
    const { page } = await stage.open('/hub');
    await identity(page, ['member']);
    await page.getByText('This page is for full administrators of Acme.').waitFor();
    expect(await page.getByRole('button', { name: 'Invite' }).count()).toBe(0);
  });

  it('shows an administrator the organisation, its key server and its people, and invites', async () => {
    const { page } = await stage.open('/hub');
    await identity(page, ['member', 'full-admin']);
    await page.getByRole('region', { name: 'Key server' }).getByText('kms.acme.example').waitFor();
    await page.getByRole('row', { name: /Aiko Tanaka.*Full administrator.*Active/ }).waitFor();
    await page.getByRole('row', { name: /Ben Okafor.*Member.*Disabled/ }).waitFor();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    await page.getByRole('button', { name: 'Invite' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Ren Ito');
    await page.getByRole('textbox', { name: 'E-mail address' }).fill('ren@acme.example');
    await page.getByRole('button', { name: 'Make invitation' }).click();
    await page.getByRole('dialog', { name: 'Invitation for Ren Ito' }).getByText('/identity/invitations/abc').waitFor();
  });
});
