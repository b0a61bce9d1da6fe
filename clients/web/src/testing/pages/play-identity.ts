import type { Page } from 'playwright-core';
import { playDomains } from './play-domains.ts';

/** Every function of an organisation, off. */
export const functions = ['indexing', 'transcoding', 'retention', 'ediscovery', 'dlp'].map((purpose) => ({
  purpose,
  enabled: false,
  machines: [] as object[],
}));
const organisation = { id: '0a000000-0000-4000-8000-000000000001', name: 'Acme' };
const people = ['Aiko Tanaka', 'Ben Okafor'].map((name, index) => ({
  id: `00000001-0000-4000-8000-00000000000${index + 1}`,
  name,
  email: `${name.split(' ')[0]?.toLowerCase()}@acme.example`,
  roles: index === 0 ? ['member', 'full-admin'] : ['member'],
  active: index === 0,
}));

/** Plays identity for a page that was opened already. */
export const playIdentity = async (page: Page, roles: string[]) => {
  const me = { id: people[0]?.id, name: 'Aiko Tanaka', email: 'aiko@acme.example', roles, organisation };
  await page.route('**/identity/api/v1/me', (route) => route.fulfill({ json: me }));
  const state = structuredClone(functions);
  await page.route('**/identity/api/v1/organisation/functions', (route) => route.fulfill({ json: { items: state } }));
  await page.route('**/identity/api/v1/organisation/functions/*', (route) => {
    const one = state.find(({ purpose }) => route.request().url().endsWith(purpose));
    if (one !== undefined) one.enabled = (route.request().postDataJSON() as { enabled: boolean }).enabled;
    return route.fulfill({ status: 204 });
  });
  await page.route('**/identity/api/v1/organisation/people', (route) => route.fulfill({ json: { items: people } }));
  await playDomains(page);
  await page.route('**/identity/api/v1/invitations', (route) =>
    route.fulfill({
      json: { link: 'http://id.localhost/identity/invitations/abc', expiresAt: '2026-11-28T12:00:00Z' },
    }),
  );
  await page.reload();
};
