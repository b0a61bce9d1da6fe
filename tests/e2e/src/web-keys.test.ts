import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { type AwsKms, awsShell, hasAwsCli, startAwsKms } from '@cloister/aws-kms';
import { axe, dropFile, hasChromium, startChromium } from '@cloister/browser';
import { formatCheck, masterKeyCheck } from '@cloister/sdk';
import { type Constellation, constellation } from '@cloister/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inDatabase } from './canary/databases.ts';
import { KeyPage } from './web/key-page.ts';
import { keyWords } from './web/key-words.ts';
import { createRoom, type WebPerson, webPerson } from './web/web-person.ts';

let amazon: AwsKms;
let customer: ReturnType<AwsKms['createUser']>;
let all: Constellation;
let browser: Browser;
let alice: WebPerson;
let ben: WebPerson;
let english: KeyPage;
let japanese: KeyPage;

const off = 'Your organisation has switched its main key off.';

/** From the rooms to the keys, as the documents say: Organisation settings > Key management. */
const toKeys = async ({ page }: WebPerson) => {
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('menuitem', { name: 'Administration' }).click();
  const settings = page.getByRole('list', { name: 'Organisation settings' });
  await settings.getByRole('link', { name: 'Key management' }).click();
  await page.getByRole('switch').waitFor();
};

describe.skipIf(!hasChromium)('main keys of one’s own, in browsers', () => {
  beforeAll(async () => {
    amazon = await startAwsKms();
    customer = amazon.createUser('111122223333', 'key-admin');
    const { arn, accessKeyId, secretAccessKey } = amazon.createUser('999988887777', 'cloister-acme');
    const principals = { acme: { arn, accessKeyId, secretAccessKey } };
    all = await constellation({ web: true, hsm: { aws: { endpoint: amazon.endpoint, principals } } });
    browser = await startChromium();
    [alice, ben] = [await webPerson(all, browser, 'alice'), await webPerson(all, browser, 'ben')];
    english = new KeyPage(alice, keyWords.en);
    await createRoom(alice, 'Harbour', [ben]);
    await alice.say('Benches face the water');
    await ben.enter('Harbour');
    await ben.sees('Benches face the water');
    await toKeys(alice);
  });
  afterAll(async () => {
    english?.close();
    japanese?.close();
    await browser?.close();
    await all?.stop();
    await amazon?.stop();
  });

  let first: string;
  let second: string;
  /** Where its owner keeps it. */
  let backup: Buffer;

  it('a key made with the page’s commands is dropped on it, and waits (R015 to R023, R025, R035, R051)', async () => {
    const { page, dialog, words } = english;
    await page.getByRole('switch', { name: words.byok, checked: false }).click();
    await english.button(words.add).click();
    const { key, encrypted } = await english.makeKey();
    expect(key).toHaveLength(32);
    await dropFile(dialog.getByText(words.drop), encrypted);
    await dialog.getByText('main_key_encrypted.bin (').waitFor();
    first = await english.handOver();
    await dialog.getByText(formatCheck(masterKeyCheck(key, all.person('alice').organisationId))).waitFor();
    await dialog.getByText(words.defaultKey).waitFor();
    expect(await axe(page)).toEqual([]);
    await english.button(words.activateLater).click();
    await english.state(first, words.pending);
    await english.main.getByText(words.defaultKey).waitFor();
  });

  it('activated from its menu it becomes the main key, and the default key has nothing left to do (R024, R007)', async () => {
    const { words } = english;
    await english.choose(first, words.activate);
    await english.confirm(words.activate);
    await english.state(first, words.active);
    await english.main.getByText(`Key ${first}`).waitFor();
    await english.card(words.defaultKey).waitFor({ state: 'detached' });
  });

  it('a bad file gets one sentence and changes nothing (R021)', async () => {
    const { page, dialog, words } = english;
    await english.choose(first, words.rotate);
    const { encrypted } = await english.makeKey();
    writeFileSync(`${encrypted}.bad`, Buffer.alloc(384, 7));
    await english.chooseFile(`${encrypted}.bad`);
    await english.button(words.next).click();
    await page.getByRole('alert').getByText(words.bad).waitFor();
    await english.button('Cancel', dialog).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await page.getByRole('heading', { level: 3 }).count()).toBe(1);
  });

  it('rotated to a chosen file, the old key retires by itself (R020, R026, R027)', async () => {
    const { words } = english;
    await english.choose(first, words.rotate);
    const { key, encrypted } = await english.makeKey();
    backup = key;
    await english.chooseFile(encrypted);
    second = await english.handOver();
    expect(second).not.toBe(first);
    await english.dialog.getByText(new RegExp(`^${first}-`)).waitFor();
    await english.button(words.activateNew).click();
    await english.state(second, words.active);
    await english.state(first, words.retired);
    await ben.say('Under a new main key');
  });

  it('revoked, it turns the organisation off for everybody, with the time it took (R028, R029, R048)', async () => {
    const { words } = english;
    await english.choose(second, words.revoke);
    await english.page
      .getByRole('alertdialog')
      .getByText(/^This reaches \d+ people and \d+ rooms?\.$/)
      .waitFor();
    await english.confirm(words.revoke, second);
    await english.state(second, words.revoked);
    await english.page.getByRole('status').getByText(words.revokedEverywhere).waitFor();
    await ben.page.getByRole('status').getByText(off).waitFor();
    await ben.page.reload();
    await ben.log.getByText('The key server’s main key is off.').first().waitFor();
    expect(await ben.log.getByText('Benches face the water').count()).toBe(0);
    await ben.page.getByRole('button', { name: 'New room' }).click();
    const room = ben.page.getByRole('dialog', { name: 'New room' });
    await room.getByRole('textbox', { name: 'Title' }).fill('Impossible');
    await room.getByRole('button', { name: 'Create room' }).click();
    await room.getByRole('alert').getByText('Your organisation’s main key is off').waitFor();
    await ben.page.keyboard.press('Escape');
    expect(await axe(english.page)).toEqual([]);
  });

  it('deleted and undeleted, it is revoked again, and activated everything is back (R030 to R033)', async () => {
    const { words } = english;
    await english.choose(second, words.delete);
    await english.confirm(words.delete, second);
    await english.state(second, words.deleted);
    await english.card(second).getByText('Can be restored until').waitFor();
    await english.choose(second, words.undelete);
    await english.confirm(words.undelete);
    await english.state(second, words.revoked);
    await english.choose(second, words.activate);
    await english.confirm(words.activate);
    await english.state(second, words.active);
    await ben.sees('Benches face the water');
    await ben.sees('Under a new main key');
    await ben.page.getByText(off).waitFor({ state: 'detached' });
    await ben.say('Back again');
  });

  it('removed after thirty days, nothing brings everything back but the original key of the backup (R049 to R052)', async () => {
    const { words, page, dialog } = english;
    await english.choose(second, words.revoke);
    await english.confirm(words.revoke, second);
    await english.choose(second, words.delete);
    await english.confirm(words.delete, second);
    await english.state(second, words.deleted);
    // The thirty days are over: their end stands in the key server's database, and its clock decides.
    await inDatabase(all, 'acme_kms', (client) =>
      client.query("update master_key set purge_at = now() where state = 'deleted'"),
    );
    const lost = page.getByRole('alert').filter({ hasText: 'The original key is needed.' });
    const check = formatCheck(masterKeyCheck(backup, all.person('alice').organisationId));
    // Timers run every half minute, and the page looks every fifteen seconds.
    await lost.getByText(`whose check value is ${check}`).waitFor({ timeout: 120_000 });
    await english.main.getByText('None: the original key is needed').waitFor();
    await ben.page.getByRole('status').getByText(off).waitFor();

    await english.button('Upload the original key', lost).click();
    await english.chooseFile((await english.sealBackup(randomBytes(32))).encrypted);
    await english.button(words.next).click();
    await dialog.getByRole('alert').getByText('This is not the original key, so nothing was changed.').waitFor();
    await dropFile(dialog.getByText('main_key_encrypted.bin ('), (await english.sealBackup(backup)).encrypted);
    await english.button(words.next).click();
    await dialog.getByRole('status').getByText('The original key is back.').waitFor();
    expect(await axe(page)).toEqual([]);
    await english.button(words.activate, dialog).click();
    await english.state(second, words.active);
    await lost.waitFor({ state: 'detached' });
    await page.getByRole('row', { name: `Key ${second} Original key uploaded again Revoked ${alice.name}` }).waitFor();
    await ben.sees('Benches face the water');
    await ben.sees('Back again');
    await ben.page.getByText(off).waitFor({ state: 'detached' });
    await ben.say('With the key of the backup');
  });

  it('switched off, the common default key is the main key again, and all is written down (R016)', async () => {
    const { words, page } = english;
    await page.getByRole('switch', { checked: true }).click();
    await english.confirm(words.useDefault, second);
    await english.main.getByText(words.defaultKey).waitFor();
    await english.state(second, words.retired);
    await page.getByRole('switch', { checked: false }).waitFor();
    const revoked = page.getByRole('row', { name: `Key ${second} Revoked Revoked ${alice.name}` });
    await expect.poll(() => revoked.count(), { timeout: 60_000 }).toBe(2);
    await page.getByRole('row', { name: `Key ${first} Rotation finished Retired By itself` }).waitFor();
    await ben.sees('Benches face the water');
    expect(alice.complaints).toEqual([]);
  });

  it('the same in Japanese: 後でアクティベート, 取り除く, 新しいキーをアクティベート, 取り消し, 削除, 元に戻す', async () => {
    const { page } = alice;
    await page.evaluate(() => localStorage.setItem('cloister.language', 'ja'));
    await page.reload();
    japanese = new KeyPage(alice, keyWords.ja);
    const { words } = japanese;
    await page.getByRole('heading', { name: 'キー管理' }).waitFor();
    await page.getByRole('switch', { name: words.byok }).click();
    const added = async () => {
      // With a retired key still listed the button says “another”.
      await page.getByRole('button', { name: new RegExp(`^(${words.add}|${words.another})$`) }).click();
      const made = await japanese.makeKey();
      await dropFile(japanese.dialog.getByText(words.drop), made.encrypted);
      return japanese.handOver();
    };
    const waiting = await added();
    await japanese.button(words.activateLater).click();
    await japanese.state(waiting, words.pending);
    await japanese.choose(waiting, words.remove);
    await japanese.confirm(words.remove);
    await japanese.card(waiting).waitFor({ state: 'detached' });
    const key = await added();
    await japanese.button(words.activateNew).click();
    await japanese.state(key, words.active);
    expect(await axe(page)).toEqual([]);
    await japanese.choose(key, words.revoke);
    await japanese.confirm(words.revoke, key);
    await page.getByRole('status').getByText(words.revokedEverywhere).waitFor();
    await japanese.choose(key, words.delete);
    await japanese.confirm(words.delete, key);
    await japanese.state(key, words.deleted);
    await japanese.choose(key, words.undelete);
    await japanese.confirm(words.undelete);
    await japanese.state(key, words.revoked);
    await japanese.choose(key, words.activate);
    await japanese.confirm(words.activate);
    await japanese.state(key, words.active);
    await page.getByRole('switch', { checked: true }).click();
    await japanese.confirm(words.useDefault, key);
    await japanese.main.getByText(words.defaultKey).waitFor();
    await page.evaluate(() => localStorage.setItem('cloister.language', 'en'));
    await page.reload();
    await page.getByRole('heading', { name: 'Key management' }).waitFor();
  });

  let arn: string;
  let atAmazon: string;

  it('a key of AWS KMS is added by its ARN once the page’s command let it be used (R065 to R072)', async () => {
    const { page, dialog, words } = english;
    const { KeyMetadata } = amazon.perform(customer, 'CreateKey', {});
    arn = (KeyMetadata as { Arn: string }).Arn;
    await page.getByRole('switch', { name: words.byok }).click();
    await page.getByRole('button', { name: /^Add (a|another) key$/ }).click();
    await page.getByRole('radio', { name: 'Add AWS KMS key' }).check();
    await english.button(words.next).click();
    const field = dialog.getByRole('textbox', { name: 'ARN of your AWS KMS key' });
    const add = english.button('Add', dialog);
    await field.fill('arn:aws:kms:us-east-2:111122223333:alias/main');
    await add.click();
    await dialog.getByRole('alert').getByText('This is not the ARN of a key in AWS KMS').waitFor();
    await field.fill(arn);
    await add.click();
    await dialog
      .getByRole('alert')
      .getByText(/Missing permissions: .*Encrypt/)
      .waitFor();
    const command = (await dialog.locator('pre').textContent()) ?? '';
    await grant(command);
    await add.click();
    await english.button(words.activateNew).click();
    await dialog.waitFor({ state: 'detached' });
    const main = english.main.getByText(/^Key [0-9a-f]{8}$/);
    await main.waitFor();
    atAmazon = ((await main.textContent()) ?? '').slice('Key '.length);
    await english.state(atAmazon, words.active);
    await english.card(atAmazon).getByText('In AWS KMS; it never leaves Amazon').waitFor();
    await ben.say('Under a key at Amazon');
  });

  it('revoked locally it is off whatever Amazon says, and comes back by hand (R075, R077)', async () => {
    const { words } = english;
    await english.choose(atAmazon, 'Revoke locally');
    await english.confirm('Revoke locally', atAmazon);
    await english.state(atAmazon, 'Locally revoked');
    await english.page.getByRole('status').getByText(words.revokedEverywhere).waitFor();
    await english.choose(atAmazon, words.delete);
    await english.page.getByRole('alertdialog').getByText('Delete a key here first').waitFor();
    await english.confirm(words.delete, atAmazon);
    await english.choose(atAmazon, words.undelete);
    await english.confirm(words.undelete);
    await english.state(atAmazon, 'Locally revoked');
    await english.choose(atAmazon, words.activate);
    await english.confirm(words.activate);
    await english.state(atAmazon, words.active);
    await ben.sees('Under a key at Amazon');
  });

  // The key server asks Amazon every minute, twice for a verdict.
  const patience = { timeout: 240_000 };

  it(
    'disabled at Amazon it is “Revoked by Amazon”, diagnosed, and back by itself when enabled (R076, R079)',
    patience,
    async () => {
      const { words, dialog } = english;
      amazon.perform(customer, 'DisableKey', { KeyId: arn });
      const revoked = english.card(atAmazon).getByText('Revoked by Amazon', { exact: true });
      await revoked.waitFor({ timeout: 120_000 });
      await english.choose(atAmazon, 'Diagnose');
      await dialog.getByText('The key is disabled at Amazon.').waitFor();
      await dialog.getByText('Disabled', { exact: true }).waitFor();
      await english.button('Done', dialog).click();
      amazon.perform(customer, 'EnableKey', { KeyId: arn });
      await revoked.waitFor({ state: 'detached', timeout: 120_000 });
      await english.state(atAmazon, words.active);
      await ben.sees('Under a key at Amazon');
    },
  );

  it('“Add another key” leads from Amazon to an uploaded key, and the old one goes from the page (R064, R073, R074)', async () => {
    const { words, page } = english;
    await english.button(words.another).click();
    const { encrypted } = await english.makeKey();
    await english.chooseFile(encrypted);
    const last = await english.handOver();
    await english.button(words.activateNew).click();
    await english.state(last, words.active);
    await english.card(atAmazon).waitFor({ state: 'detached' });
    await page.getByRole('row', { name: new RegExp(`Key ${atAmazon} Rotation finished`) }).waitFor();
    const asked = new Set(
      amazon.log.filter(({ principal }) => principal?.includes('cloister-acme')).map(({ eventName }) => eventName),
    );
    expect([...asked].sort()).toEqual(['Decrypt', 'DescribeKey', 'Encrypt']);
    await ben.sees('Under a key at Amazon');
    expect([...alice.complaints, ...ben.complaints]).toEqual([]);
  });

  it('nobody but a full administrator comes to the keys (R080)', async () => {
    await ben.page.goto(`${all.endpoints.organisations[0]?.app ?? ''}/hub/keys`);
    await ben.page.getByText('This page is for full administrators of Acme.').waitFor();
    expect(await ben.page.getByRole('switch').count()).toBe(0);
  });

  /** Runs the command of the page as the customer: with Debian's awscli where it is, else what it would ask for. */
  async function grant(command: string): Promise<void> {
    if (hasAwsCli) return void (await awsShell(amazon, customer, command));
    const principal = /--grantee-principal (\S+)/.exec(command)?.[1] ?? '';
    const Operations = ['Encrypt', 'Decrypt', 'DescribeKey'];
    amazon.perform(customer, 'CreateGrant', { KeyId: arn, GranteePrincipal: principal, Operations });
  }
});
