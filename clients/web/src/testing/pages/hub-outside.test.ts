import { axe, hasChromium } from '@cloister/browser';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../stage/open-stage.ts';
import { playIdentity } from './play-identity.ts';

let stage: Stage;
const open = async (path: string, options = {}): Promise<Page> => {
  const { page } = await stage.open(path, options);
  await playIdentity(page, ['member', 'full-admin']);
  return page;
};
const asked = (page: Page) => page.evaluate(() => window.scriptedOutside.asked);
const card = (page: Page, name: string) => page.getByRole('listitem', { name });

describe.skipIf(!hasChromium)('other organisations in the administration', () => {
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  it.each([
    ['in English', { locale: 'en-US' }],
    ['in Japanese on a phone', { locale: 'ja-JP', viewport: { width: 390, height: 780 }, colorScheme: 'dark' }],
  ] as const)('are listed with since when, key server and rooms, %s, and axe finds nothing', async (_, options) => {
    const page = await open('/hub/outside', options);
    const globex = card(page, 'Globex');
    await globex.getByText('globex.example, globex.test').waitFor();
    await globex.getByText('kms.globex.example').waitFor();
    await globex.getByText('4', { exact: true }).waitFor();
    await page
      .getByRole('row', { name: /kms\.globex\.example/ })
      .getByText('XohImNooBHFR0OVvjcYpJ3NgPQ1qq73WKhHvch0VQtg')
      .waitFor();
    expect(await axe(page)).toEqual([]);
  });

  it('show each other key that a certificate had, and what to do about a change', async () => {
    const page = await open('/hub/outside');
    const section = page.getByRole('region', { name: 'Certificates of their key servers', exact: true });
    await section
      .getByRole('row', { name: /Before the last change.*kHFR0OVvjcYpJ3NgPQ1qq73WKhHvch0VQtgXohImNoo/ })
      .waitFor();
    await section.getByText('If nobody told you, ask the other organisation in another way').waitFor();
  });

  it('are paused after the page said what stops and what goes on, and resumed', async () => {
    const page = await open('/hub/outside');
    await card(page, 'Globex').getByRole('button', { name: 'Pause Globex' }).click();
    const dialog = page.getByRole('alertdialog', { name: 'Pause Globex?' });
    await dialog.getByText('4 rooms are shared with them now.').waitFor();
    await dialog.getByRole('list', { name: 'What stops' }).getByText('Nobody of theirs can be added').waitFor();
    await dialog.getByRole('list', { name: 'What goes on' }).getByText('Everybody can leave a room').waitFor();
    expect(await axe(page)).toEqual([]);
    expect(await asked(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Pause', exact: true }).click();
    await card(page, 'Globex')
      .getByText(/^Paused by Aiko Tanaka on/)
      .waitFor();
    await card(page, 'Globex').getByRole('button', { name: 'Resume Globex' }).click();
    await page.getByRole('alertdialog').getByText('read what was written meanwhile').waitFor();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Resume', exact: true }).click();
    await card(page, 'Globex').getByText('May be met').waitFor();
    const globex = '0a000000-0000-4000-8000-000000000002';
    expect(await asked(page)).toEqual([
      ['pause', globex],
      ['resume', globex],
    ]);
  });

  it('are shut out by a policy only after it was said whom and how many rooms that means', async () => {
    const page = await open('/hub/outside');
    await page.getByRole('radio', { name: 'Only organisations with these domains' }).check();
    await page.getByText('No domain is on the list, so this lets nobody in.').waitFor();
    const field = page.getByRole('textbox', { name: 'Domain' });
    await field.fill('not a domain');
    await field.press('Enter');
    await page.getByText('This is not a domain. Write it like example.org.').waitFor();
    await field.fill('Initech.example');
    await field.press('Enter');
    await page.getByRole('list', { name: 'Domains that may be met' }).getByText('initech.example').waitFor();
    await page.getByRole('button', { name: 'Save…' }).click();
    const dialog = page.getByRole('alertdialog', { name: 'Change whom people of Acme may meet?' });
    await dialog.getByText('These organisations are shut out at once').waitFor();
    await dialog.getByText('Globex: 4 rooms').waitFor();
    expect(await dialog.getByText(/Initech/).count()).toBe(0);
    await dialog.getByRole('list', { name: 'What stops' }).waitFor();
    expect(await axe(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await card(page, 'Globex').getByText('Shut out by the policy above').waitFor();
    expect(await asked(page)).toEqual([['setPolicy', { mode: 'listed', domains: ['initech.example'] }, 4]]);
    expect(await page.getByRole('button', { name: 'Save…' }).isDisabled()).toBe(true);
  });

  it('say when somebody else decided at the same moment, and show what stands then', async () => {
    const page = await open('/hub/outside');
    await page.getByRole('radio', { name: 'Nobody outside Acme' }).check();
    await page.getByRole('button', { name: 'Save…' }).click();
    await page.evaluate(() => {
      window.scriptedOutside.failure = 'kms/version-mismatch';
    });
    const dialog = page.getByRole('alertdialog');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('Somebody else changed this at the same moment, so nothing was changed.').waitFor();
    await page.evaluate(() => {
      window.scriptedOutside.failure = undefined;
      window.scriptedOutside.decideElsewhere({ mode: 'listed', domains: [] });
    });
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('radio', { name: 'Only organisations with these domains', checked: true }).waitFor();
  });

  it('are none yet in words that say when that changes, and a failure has its sentence and its button', async () => {
    const page = await open('/hub/outside?scene=alone');
    await page.getByText('Nobody of Acme has shared a room with people of another organisation yet.').waitFor();
    expect(await page.getByRole('region', { name: 'Certificates of their key servers' }).count()).toBe(0);
    await page.evaluate(() => {
      window.scriptedOutside.failure = 'kms/timeout';
    });
    await page.getByRole('link', { name: 'Domains' }).click();
    await page.getByRole('link', { name: 'Other organisations' }).click();
    await page.getByRole('alert').getByText('The key server did not answer.').waitFor();
    await page.evaluate(() => {
      window.scriptedOutside.failure = undefined;
    });
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('region', { name: 'Organisations met' }).waitFor();
  });
});

describe.skipIf(!hasChromium)('domains in the administration', () => {
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  it('are claimed, proved by a record to copy, and given up', async () => {
    const page = await open('/hub/domains');
    await card(page, 'acme.example').getByText('Vouched for on').waitFor();
    await page.getByRole('button', { name: 'Claim a domain' }).click();
    await page.getByRole('textbox', { name: 'Domain' }).fill('acme');
    await page.getByRole('button', { name: 'Claim', exact: true }).click();
    await page.getByText('This is not a domain.').waitFor();
    await page.getByRole('textbox', { name: 'Domain' }).fill('Acme.test');
    await page.getByRole('button', { name: 'Claim', exact: true }).click();
    const claimed = card(page, 'acme.test');
    await claimed.getByText('_cloister-challenge.acme.test').waitFor();
    await claimed.getByRole('button', { name: 'Copy the record’s value' }).waitFor();
    expect(await axe(page)).toEqual([]);
    await claimed.getByRole('button', { name: 'Check now: acme.test' }).click();
    await claimed.getByRole('alert').getByText('The record was not found, so nothing was changed.').waitFor();
    // The second look finds it.
    await claimed.getByRole('button', { name: 'Check now: acme.test' }).click();
    await claimed.getByText('Proved by its DNS record on').waitFor();
    await claimed.getByRole('button', { name: 'Give up acme.test' }).click();
    await page.getByRole('alertdialog').getByText('Others no longer see it as yours').waitFor();
    await page.getByRole('button', { name: 'Give up', exact: true }).click();
    await claimed.waitFor({ state: 'detached' });
  });

  it('stay when they are in use, and the page says why', async () => {
    const page = await open('/hub/domains');
    await card(page, 'acme.example').getByRole('button', { name: 'Give up acme.example' }).click();
    await page.getByRole('button', { name: 'Give up', exact: true }).click();
    await page.getByRole('alert').getByText('lie under this domain, so it stays.').waitFor();
  });
});
