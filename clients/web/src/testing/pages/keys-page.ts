import type { ErrorCode, MasterKeyDiagnosis, MasterKeyOverview } from '@cloister/wire';
import type { BrowserContextOptions, Page } from 'playwright-core';
import type { Stage } from '../stage/open-stage.ts';
import { playIdentity } from './play-identity.ts';

/** The key management page for an administrator, and the key server behind it. */
export interface KeysPage {
  readonly page: Page;
  readonly complaints: readonly string[];
  /** Scripts how the keys stand, and has the page look. */
  show(part: Partial<MasterKeyOverview>): Promise<void>;
  fail(code: ErrorCode): Promise<void>;
  diagnose(diagnosis: MasterKeyDiagnosis): Promise<void>;
  /** What the key server was asked. */
  asked(): Promise<unknown[]>;
  /** Opens the menu of a key and chooses. */
  choose(key: string, act: string): Promise<void>;
}

/** Opens Organisation settings > Key management as a full administrator. */
export async function openKeysPage(stage: Stage, options: BrowserContextOptions = {}): Promise<KeysPage> {
  const { page, complaints } = await stage.open('/hub/keys', options);
  await playIdentity(page, ['member', 'full-admin']);
  await page.getByRole('switch').waitFor();
  const look = async () => {
    // Another place and back: the page asks the key server when it comes up.
    await page.getByRole('navigation').getByRole('link').first().click();
    await page.getByRole('link', { name: /Key management|キー管理/ }).click();
    await page.getByRole('switch').first().waitFor();
  };
  return {
    page,
    complaints,
    show: async (part) => {
      await page.evaluate((given) => window.scriptedKeys.show(given), part);
      await look();
    },
    fail: (code) => page.evaluate((given) => window.scriptedKeys.fail(given), code),
    diagnose: (diagnosis) =>
      page.evaluate((given) => {
        window.scriptedKeys.diagnosis = given;
      }, diagnosis),
    asked: () => page.evaluate(() => window.scriptedKeys.asked),
    choose: async (key, act) => {
      await page.getByRole('button', { name: `What to do with key ${key}` }).click();
      await page.getByRole('menuitem', { name: act, exact: true }).click();
    },
  };
}
