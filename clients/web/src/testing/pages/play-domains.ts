import type { Page } from 'playwright-core';

const claimedAt = '2026-11-20T10:00:00.000Z';

/** Plays identity's domains: one vouched for that is in use; a claim is proved at the second look. */
export const playDomains = async (page: Page) => {
  let looks = 0;
  let items: Record<string, unknown>[] = [
    { domain: 'acme.example', state: 'verified', claimedAt, verifiedAt: claimedAt, by: 'operator' },
  ];
  const base = '**/identity/api/v1/organisation/domains';
  await page.route(base, (route) => {
    if (route.request().method() === 'GET') return route.fulfill({ json: { items } });
    const { domain } = route.request().postDataJSON() as { domain: string };
    const record = { name: `_cloister-challenge.${domain}`, value: `cloister-domain-verification=${'a'.repeat(43)}` };
    const claimed = { domain, state: 'pending', claimedAt, record };
    items = [...items, claimed];
    return route.fulfill({ status: 201, json: claimed });
  });
  await page.route(`${base}/*`, (route) => {
    const domain = new URL(route.request().url()).pathname.split('/').at(-1);
    if (domain === 'acme.example') return refuse(route, 'identity/domain-in-use');
    items = items.filter((item) => item.domain !== domain);
    return route.fulfill({ status: 204 });
  });
  await page.route(`${base}/*/verification`, (route) => {
    looks += 1;
    if (looks === 1) return refuse(route, 'identity/domain-not-proven');
    const domain = new URL(route.request().url()).pathname.split('/').at(-2);
    const proved = { domain, state: 'verified', claimedAt, verifiedAt: claimedAt, by: 'dns' };
    items = items.map((item) => (item.domain === domain ? proved : item));
    return route.fulfill({ json: proved });
  });
};

const refuse = (route: Parameters<Parameters<Page['route']>[1]>[0], code: string) =>
  route.fulfill({ status: 409, contentType: 'application/problem+json', json: { code, status: 409, title: code } });
