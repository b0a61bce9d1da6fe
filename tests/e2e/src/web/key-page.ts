import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Locator } from 'playwright-core';
import type { KeyWords } from './key-words.ts';
import type { WebPerson } from './web-person.ts';

/** A key made by OpenSSL: its file, and the file that is uploaded. */
export interface KeyFile {
  readonly key: Buffer;
  readonly path: string;
  readonly encrypted: string;
}

/** Key management before an administrator, by what is written on it. */
export class KeyPage {
  readonly #person: WebPerson;
  readonly words: KeyWords;
  readonly folder = mkdtempSync(join(tmpdir(), 'cloister-keys-'));

  constructor(person: WebPerson, words: KeyWords) {
    this.#person = person;
    this.words = words;
  }

  get page() {
    return this.#person.page;
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  /** The box that says which key is the main key. */
  get main(): Locator {
    return this.page.getByRole('region', { name: this.words.mainKey, exact: true });
  }

  button(name: string, within: Locator = this.page.locator('body')): Locator {
    return within.getByRole('button', { name, exact: true });
  }

  /** The card of a key, by its short id, or of the default key. */
  card(id: string): Locator {
    return this.page.getByRole('listitem').filter({ has: this.page.getByRole('heading', { name: id }) });
  }

  state(id: string, state: string): Promise<void> {
    return this.card(id).getByText(state, { exact: true }).first().waitFor();
  }

  async choose(id: string, act: string): Promise<void> {
    await this.card(id).getByRole('button', { expanded: false }).click();
    await this.page.getByRole('menuitem', { name: act, exact: true }).click();
  }

  /** Confirms what the menu asked about; `typed` where the id has to be typed first. */
  async confirm(verb: string, typed?: string): Promise<void> {
    const asked = this.page.getByRole('alertdialog');
    if (typed !== undefined) await asked.getByRole('textbox').fill(typed);
    await this.button(verb, asked).click();
    await asked.waitFor({ state: 'detached' });
  }

  /** From the first step of the dialog to a key made with the commands as they stand on the page (R018, R035). */
  async makeKey(): Promise<KeyFile> {
    const { words, page } = this;
    await page.getByRole('radio', { name: words.upload }).check();
    await this.button(words.next).click();
    return this.#run(await this.#commands());
  }

  /** In the dialog that brings the original key back: a key of the backup, sealed as the page says (R050). */
  async sealBackup(key: Buffer): Promise<KeyFile> {
    const [, seal = ''] = (await this.#commands()).split('\n');
    writeFileSync(join(this.folder, 'main_key.bin'), key);
    return this.#run(seal);
  }

  /** The commands that the page shows, beside the public key that it gives. */
  async #commands(): Promise<string> {
    const saving = this.page.waitForEvent('download');
    await this.button(this.words.download).click();
    const download = await saving;
    await download.saveAs(join(this.folder, download.suggestedFilename()));
    return (await this.dialog.locator('pre').textContent()) ?? '';
  }

  async #run(commands: string): Promise<KeyFile> {
    const { folder } = this;
    await promisify(execFile)('/bin/sh', ['-ec', commands], { cwd: folder });
    const path = join(folder, 'main_key.bin');
    return { key: readFileSync(path), path, encrypted: join(folder, 'main_key_encrypted.bin') };
  }

  async chooseFile(path: string): Promise<void> {
    const choosing = this.page.waitForEvent('filechooser');
    await this.button(this.words.choose, this.dialog).click();
    await (await choosing).setFiles(path);
  }

  /** Hands the chosen file over; the short id of the new key. */
  async handOver(): Promise<string> {
    await this.button(this.words.next).click();
    await this.button(this.words.activateNew).waitFor();
    const id = (await this.dialog.locator('code').first().textContent()) ?? '';
    return id.slice(0, 8);
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
