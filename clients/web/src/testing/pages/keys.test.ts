import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { axe, dropFile, hasChromium } from '@cloister/browser';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scriptedAwsKey, scriptedKey } from '../scripted-keys.ts';
import { openStage, type Stage } from '../stage/open-stage.ts';
import { openKeysPage } from './keys-page.ts';
import { playIdentity } from './play-identity.ts';

let stage: Stage;

const file = { name: 'main_key_encrypted.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(384) };
const active = scriptedKey(1);
const headOff = { head: active.uri, isFrozen: true, defaultRole: 'idle' } as const;

/** Goes to the step that takes the file. */
const toUpload = async (page: Page) => {
  await page.getByRole('switch', { name: 'Bring Your Own Key (BYOK)' }).click();
  await page.getByRole('button', { name: 'Add a key' }).click();
  await page.getByRole('radio', { name: 'Upload custom key' }).check();
  await page.getByRole('button', { name: 'Next' }).click();
};

beforeAll(async () => {
  if (hasChromium) stage = await openStage();
});
afterAll(() => stage?.close());

describe.skipIf(!hasChromium)('Organisation settings > Key management', () => {
  it('is found from the administration, and is no page for a member (R014)', async () => {
    const { page } = await stage.open('/hub');
    await playIdentity(page, ['member', 'full-admin']);
    await page
      .getByRole('list', { name: 'Organisation settings' })
      .getByRole('link', { name: 'Key management' })
      .click();
    await page.getByRole('heading', { name: 'Key management' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/hub/keys');
    await page.unroute('**/identity/api/v1/me');
    await playIdentity(page, ['member']);
    await page.getByText('This page is for full administrators of Acme.').waitFor();
    expect(await page.getByRole('switch').count()).toBe(0);
    expect(await page.getByRole('heading', { name: 'Key management' }).count()).toBe(0);
  });

  it('takes a chosen file, shows both ids and the check value, and lets the key wait (R015, R017, R020 to R025)', async () => {
    const { page, complaints, asked } = await openKeysPage(stage);
    await toUpload(page);
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download public key' }).click();
    expect((await saving).suggestedFilename()).toBe('cloister-public-key.pem');
    const choosing = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose file' }).click();
    await (await choosing).setFiles(file);
    await page.getByRole('status').getByText('main_key_encrypted.bin').waitFor();
    await page.getByRole('button', { name: 'Next' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a key' });
    await dialog.getByText('11111111-0000-4000-8000-000000000000').waitFor();
    await dialog.getByText('0f1e 2d3c 4b5a 6978 8796 a5b4 c3d2 e1f0').waitFor();
    await dialog.getByText('Common default key').waitFor();
    expect(await axe(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Activate later' }).click();
    const card = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'Key 11111111' }) });
    await card.getByText('Pending').waitFor();
    expect(await asked()).toEqual([['upload', 384, 1]]);
    expect(complaints).toEqual([]);
  });

  it('takes a dropped file and makes its key the main key at once (R020, R024)', async () => {
    const { page, asked } = await openKeysPage(stage);
    await toUpload(page);
    const folder = await mkdtemp(join(tmpdir(), 'cloister-drop-'));
    await writeFile(join(folder, 'dropped.bin'), new Uint8Array(512));
    await dropFile(page.getByText('Drop the encrypted key here, or choose it.'), join(folder, 'dropped.bin'));
    await page.getByRole('status').getByText('dropped.bin').waitFor();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('button', { name: 'Activate new key' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const main = page.getByRole('region', { name: 'Main key', exact: true });
    await main.getByText('Key 11111111').waitFor();
    await page.getByRole('heading', { name: 'Common default key' }).waitFor();
    await page.getByRole('row', { name: /Key 11111111 Activated Active Aiko Tanaka/ }).waitFor();
    expect((await asked()).map((each) => (each as unknown[]).slice(0, 2))).toEqual([
      ['upload', 512],
      ['activate', active.uri],
    ]);
    await rm(folder, { recursive: true });
  });

  it('says of a bad file one thing, and keeps the dialog (R021)', async () => {
    const { page, fail } = await openKeysPage(stage);
    await toUpload(page);
    await page.locator('input[type=file]').setInputFiles(file);
    await fail('kms/invalid-master-key');
    await page.getByRole('button', { name: 'Next' }).click();
    await page
      .getByRole('alert')
      .getByText('The key store could not validate this key, so nothing was changed.')
      .waitFor();
    await page.getByRole('button', { name: 'Download public key' }).waitFor();
  });

  it('revokes only when the short id was typed, says whom it reaches, and how far it is (R028, R029)', async () => {
    const { page, show, choose, asked } = await openKeysPage(stage);
    await show({ keys: [active], head: active.uri, defaultRole: 'idle' });
    await choose('11111111', 'Revoke');
    const dialog = page.getByRole('alertdialog', { name: 'Revoke key 11111111?' });
    await dialog.getByText('This reaches 1,204 people and 311 rooms.').waitFor();
    await dialog.getByText('It can take up to 10 minutes').waitFor();
    const verb = dialog.getByRole('button', { name: 'Revoke' });
    expect(await verb.isDisabled()).toBe(true);
    await page.keyboard.type('22222222');
    expect(await verb.isDisabled()).toBe(true);
    await page.keyboard.press('Enter');
    await dialog.getByRole('textbox').fill('11111111');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    expect(await asked()).toEqual([['revoke', active.uri, expect.any(Number)]]);
    await page.getByRole('status').getByText('Revoking: 2 of 3 key servers').waitFor();
    await page.getByRole('alert').getByText('The main key is off').waitFor();
    expect(await axe(page)).toEqual([]);
    const revocation = { requestedAt: '2026-11-22T01:00:00.000Z', nodes: 3, acknowledged: 3 };
    const effective = { ...revocation, effectiveAt: '2026-11-22T01:00:01.200Z' };
    // It looks by itself while a revocation is under way.
    await page.evaluate(
      (keys) => window.scriptedKeys.show({ keys }),
      [scriptedKey(1, { state: 'revoked', revocation: effective })],
    );
    await page.getByRole('status').getByText('Revoked everywhere after 1.2 sec').waitFor();
  });

  it('gives the focus back to the menu of the key, and to the heading when the key is gone', async () => {
    const { page, show, choose } = await openKeysPage(stage);
    await show({ keys: [scriptedKey(2, { state: 'pending' })] });
    const menu = page.getByRole('button', { name: 'What to do with key 22222222' });
    await menu.focus();
    await page.keyboard.press('ArrowDown');
    await page.getByRole('menuitem', { name: 'Remove' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('alertdialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    await expect.poll(() => menu.evaluate((button) => button === document.activeElement)).toBe(true);
    await choose('22222222', 'Remove');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
    await menu.waitFor({ state: 'detached' });
    const heading = page.getByRole('heading', { name: 'Key management' });
    await expect.poll(() => heading.evaluate((title) => title === document.activeElement)).toBe(true);
  });

  it('rotates to the key that waits already, from the menu and from “Add another key” (R026, R073)', async () => {
    const { page, show, choose } = await openKeysPage(stage);
    await show({ keys: [scriptedKey(2, { state: 'pending' }), active], head: active.uri, defaultRole: 'idle' });
    const dialog = page.getByRole('dialog', { name: 'Add a key' });
    await choose('11111111', 'Rotate');
    await dialog.getByText('22222222-0000').waitFor();
    await dialog.getByText('11111111-0000').waitFor();
    await dialog.getByRole('button', { name: 'Activate later' }).click();
    await page.getByRole('button', { name: 'Add another key' }).click();
    await dialog.getByRole('button', { name: 'Activate new key' }).click();
    const old = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'Key 11111111' }) });
    await old.getByText('960 of 2,400 keys are under the new key.').waitFor();
    expect(await old.getByRole('progressbar', { name: 'Moved to the new key' }).getAttribute('value')).toBe('0.4');
  });

  it('goes through delete and undelete, and says until when (R031 to R033)', async () => {
    const { page, show, choose } = await openKeysPage(stage);
    await show({ keys: [scriptedKey(1, { state: 'revoked' })], ...headOff });
    await choose('11111111', 'Delete');
    await page.getByRole('textbox', { name: 'Type 11111111 to go on' }).fill('11111111');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    const card = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'Key 11111111' }) });
    await card.getByText('Can be restored until').waitFor();
    await choose('11111111', 'Undelete');
    await page.getByRole('alertdialog').getByText('The key comes back revoked.').waitFor();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Undelete' }).click();
    await card.getByText('Revoked', { exact: true }).waitFor();
  });

  it('looks again when somebody else was faster, and says so', async () => {
    const { page, show, fail, choose } = await openKeysPage(stage);
    await show({ keys: [scriptedKey(1, { state: 'revoked' })], ...headOff });
    await choose('11111111', 'Activate');
    await fail('kms/version-mismatch');
    await page.evaluate((keys) => window.scriptedKeys.show({ keys, isFrozen: false }), [active]);
    await page.getByRole('alertdialog').getByRole('button', { name: 'Activate' }).click();
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    await page.getByRole('alert').getByText('Someone else changed the keys at the same moment').waitFor();
    const card = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'Key 11111111' }) });
    await card.getByText('Active', { exact: true }).waitFor();
  });

  it('asks for the original key when it was removed, by its check value (R050, R051)', async () => {
    const { page, show } = await openKeysPage(stage);
    await show({ ...headOff, head: null, keys: [scriptedKey(1, { state: 'removed' })] });
    const alert = page.getByRole('alert').filter({ hasText: 'The original key is needed.' });
    await alert.getByText('whose check value is 0f1e 2d3c 4b5a 6978 8796 a5b4 c3d2 e1f0').waitFor();
    expect(await axe(page)).toEqual([]);
    await page.getByRole('button', { name: 'Upload the original key' }).click();
    await page.getByRole('dialog', { name: 'Bring the original key back' }).waitFor();
  });

  it('goes back to the common default key only after its id was typed (R016)', async () => {
    const { page, show, asked } = await openKeysPage(stage);
    await show({ keys: [active], head: active.uri, defaultRole: 'idle' });
    await page.getByRole('switch').click();
    const dialog = page.getByRole('alertdialog', { name: 'Stop bringing your own key?' });
    await dialog.getByText('This reaches 1,204 people and 311 rooms.').waitFor();
    await dialog.getByRole('textbox').fill('11111111');
    await dialog.getByRole('button', { name: 'Use the common default key' }).click();
    await page.getByRole('switch', { checked: false }).waitFor();
    await page.getByRole('region', { name: 'Main key', exact: true }).getByText('Common default key').waitFor();
    expect(await asked()).toEqual([['useDefault', expect.any(Number)]]);
  });

  it('adds a key of AWS KMS: whom to let use it, the command, and what is missing (R067 to R072)', async () => {
    const { page, asked } = await openKeysPage(stage);
    await page.getByRole('switch').click();
    await page.getByRole('button', { name: 'Add a key' }).click();
    await page.getByRole('radio', { name: 'Add AWS KMS key' }).check();
    await page.getByRole('button', { name: 'Next' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a key' });
    await dialog.getByRole('button', { name: 'Copy the account’s ARN' }).waitFor();
    const arn = 'arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    await dialog.getByText('--key-id {ARN_OF_YOUR_KEY}').waitFor();
    await dialog.getByRole('textbox', { name: 'ARN of your AWS KMS key' }).fill(` ${arn} `);
    await dialog.getByText(`--key-id ${arn}`).waitFor();
    await dialog.getByText('Delete a key here first').waitFor();
    expect(await axe(page)).toEqual([]);
    await page.evaluate(() => window.scriptedKeys.refuseAsAmazon('denied', ['Encrypt', 'Decrypt']));
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await dialog.getByRole('alert').getByText('Missing permissions: Encrypt and Decrypt.').waitFor();
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await dialog.getByRole('button', { name: 'Activate new key' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect((await asked()).at(1)).toEqual(['addAwsKey', arn, expect.any(Number)]);
  });

  it('says what Amazon said, and what to do (R076, R079)', async () => {
    const { page, show, diagnose, choose } = await openKeysPage(stage);
    await show({ ...headOff, keys: [scriptedAwsKey(1, { state: 'revoked-by-amazon' })] });
    const card = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'Key 11111111' }) });
    await card.getByText('Revoked by Amazon', { exact: true }).waitFor();
    const facts = { arn: scriptedAwsKey(1).arn ?? '', principalArn: 'arn:aws:iam::999988887777:user/cloister' };
    await diagnose({ ...facts, keyState: 'Enabled', missing: ['Decrypt'], fault: null, findings: ['grant-missing'] });
    await choose('11111111', 'Diagnose');
    const dialog = page.getByRole('dialog', { name: 'What Amazon says of key 11111111' });
    await dialog.getByText('Your organisation’s account may not use the key.').waitFor();
    await dialog.getByText(`--key-id ${facts.arn}`).waitFor();
    await dialog.getByText('Enabled').waitFor();
    expect(await axe(page)).toEqual([]);
  });

  it('says plainly that software is software, and never calls it an HSM', async () => {
    const { page, show } = await openKeysPage(stage);
    await show({ keys: [scriptedKey(1, { reminder: true })], head: active.uri, defaultRole: 'idle' });
    await page.getByText('In software: no hardware protects it').first().waitFor();
    await page.getByText('This key has been active for a year.').waitFor();
    expect(await page.getByText(/HSM|hardware security module/i).count()).toBe(0);
    await show({ keystore: 'pkcs11', protection: 'token' });
    await page.getByText('In a hardware security module (PKCS#11)').first().waitFor();
  });

  it('shows the active or revoked key and the one that waits, uploaded or at Amazon (R005, R062)', async () => {
    const { page, show } = await openKeysPage(stage);
    const heads = { active: 'Active', revoked: 'Revoked', 'locally-revoked': 'Locally revoked' } as const;
    for (const [state, name] of Object.entries(heads) as [keyof typeof heads, string][]) {
      const [head, waiting] =
        state === 'locally-revoked' ? [scriptedAwsKey, scriptedKey] : [scriptedKey, scriptedAwsKey];
      const isFrozen = state !== 'active';
      const keys = [head(1, { state }), waiting(2, { state: 'pending' })];
      await show({ keys, head: active.uri, isFrozen, defaultRole: 'idle' });
      const card = (key: string) =>
        page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: `Key ${key}` }) });
      await card('11111111').getByText(name, { exact: true }).waitFor();
      await card('22222222').getByText('Pending', { exact: true }).waitFor();
    }
  });

  it.each([
    ['English, dark', { colorScheme: 'dark' }],
    ['Japanese, light', { locale: 'ja-JP' }],
    ['Japanese, phone', { locale: 'ja-JP', viewport: { width: 390, height: 780 } }],
  ] as const)('has nothing for axe to find with a key in every state, %s (R005, R062)', async (_look, options) => {
    const { page, complaints, show } = await openKeysPage(stage, options);
    const rotation = { total: 2400, done: 960, startedAt: '2026-11-22T00:00:00Z' };
    const states = ['active', 'rotation', 'retired', 'pending', 'revoked', 'deleted'] as const;
    const keys = states.map((state, index) =>
      scriptedKey(index + 1, {
        state,
        ...(state === 'rotation' ? { rotation } : {}),
        ...(state === 'retired' ? { retireAt: '2026-11-29T00:00:00Z' } : {}),
      }),
    );
    const amazon = [
      scriptedAwsKey(7, { state: 'locally-revoked' }),
      scriptedAwsKey(8, { state: 'pending', unusable: 'disabled' }),
    ];
    await show({ keys: [...keys, ...amazon], head: active.uri, defaultRole: 'rotation', defaultRotation: rotation });
    expect(
      await page
        .getByRole('listitem')
        .filter({ has: page.getByRole('heading', { level: 3 }) })
        .count(),
    ).toBe(9);
    expect(await axe(page)).toEqual([]);
    expect(complaints).toEqual([]);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    expect(wide, 'nothing hangs out of the page').toBe(false);
  });
});

describe.skipIf(!hasChromium)('rooms while the main key is off', () => {
  it('tell everybody in a sentence, and why no room can be made (R048)', async () => {
    const { page } = await stage.open('/');
    await page.evaluate(() => window.scripted.switchKeys(true));
    await page.getByRole('status').getByText('Your organisation has switched its main key off.').waitFor();
    await page.getByRole('button', { name: 'New room' }).click();
    await page.getByRole('textbox', { name: 'Title' }).fill('Council');
    await page.getByRole('button', { name: 'Create room' }).click();
    await page.getByRole('alert').getByText('Your organisation’s main key is off').waitFor();
    await page.keyboard.press('Escape');
    await page.evaluate(() => window.scripted.switchKeys(false));
    await page.getByText('Your organisation has switched its main key off.').waitFor({ state: 'detached' });
  });
});
