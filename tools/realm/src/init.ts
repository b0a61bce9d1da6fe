import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { rootsFromPem } from '@cloister/certs';
import { keptSecret, randomSecret, writePrivate } from '@cloister/evaluation';
import { SetUpError } from '@cloister/postgres';
import { askKms } from './ask-kms.ts';
import { writeConfigs } from './configs.ts';
import { layOut, makeFolders, type RealmLayout } from './layout.ts';
import { makeDatabase } from './realm-database.ts';
import { type RealmSettings, writeSettings } from './settings.ts';
import type { Told } from './told.ts';
import { withKeyStore } from './with-key-store.ts';

/** How a realm is made. */
export interface InitOptions {
  readonly folder: string;
  readonly settings: Omit<RealmSettings, 'version' | 'operator'>;
  /** PEM of the authorities that key servers' certificates may be of. */
  readonly rootsFile: string;
  readonly dryRun: boolean;
}

/**
 * Makes a realm's folder: credentials, keystore, database, every key (by the key server's own program), certificate requests.
 * What broke off is finished by running it again; a finished realm is never touched.
 * @throws SetUpError
 */
export const init = async ({ folder, settings, rootsFile, dryRun }: InitOptions): Promise<Told> => {
  const layout = layOut(folder);
  refuseOthers(layout);
  const roots = readFileSync(rootsFile, 'utf8');
  if (rootsFromPem(roots).length === 0) {
    throw new SetUpError(
      `${rootsFile} holds no certificate`,
      'give the PEM of the authorities that key servers have theirs of',
    );
  }
  const value = {
    folder,
    kmsHost: settings.kmsHost,
    organisationId: settings.organisationId,
    requests: layout.requests,
  };
  if (dryRun) return { value: { ...value, dryRun: true }, lines: planned(layout, settings) };
  makeFolders(layout);
  writePrivate(marker(layout), '');
  writePrivate(layout.roots, roots);
  for (const file of [layout.hsm.pin, layout.hsm.shared]) keptSecret(file, randomSecret);
  if (settings.database.kind === 'embedded') {
    for (const file of [layout.postgres.password, layout.kms.password]) keptSecret(file, randomSecret);
  }
  const full: RealmSettings = { version: 1, ...settings };
  writeConfigs(layout, full);
  await withKeyStore(layout, full, async () => {
    if (settings.database.kind === 'embedded') await makeDatabase(layout);
    const kms = askKms(layout);
    await kms.provision();
    await writeRequests(layout, full);
  });
  writeSettings(layout, full);
  rmSync(marker(layout));
  return { value, lines: done(layout, settings) };
};

/** Asks for certificates of the keys that stand, or of their successors where such wait. */
export const writeRequests = async (layout: RealmLayout, { domain }: RealmSettings): Promise<void> => {
  const requests = await askKms(layout).requests(domain);
  writePrivate(layout.requests.static, requests.static);
  writePrivate(layout.requests.tls, requests.tls);
};

const marker = ({ folder }: RealmLayout): string => join(folder, '.unfinished');

const refuseOthers = (layout: RealmLayout): void => {
  const { folder, settings } = layout;
  if (existsSync(settings)) {
    throw new SetUpError(`there is a realm in ${folder} already`, 'nothing was changed; choose another folder');
  }
  if (existsSync(folder) && readdirSync(folder).length > 0 && !existsSync(marker(layout))) {
    throw new SetUpError(`${folder} holds something else`, 'nothing was changed; choose an empty folder');
  }
};

const planned = (layout: RealmLayout, { kmsHost, database }: InitOptions['settings']): string[] => [
  `would make ${layout.folder} (mode 0700) for the key server ${kmsHost}:`,
  `  hsm/       keystore, PIN and shared credential`,
  `  kms/       configuration, public halves of its keys`,
  database.kind === 'embedded' ? '  postgres/  a database of its own' : `  the database at the server you named`,
  `  requests/  two certificate requests`,
  'nothing was made',
];

const done = ({ folder, requests }: RealmLayout, { kmsHost }: InitOptions['settings']): string[] => [
  `made the realm of ${kmsHost} in ${folder}`,
  'next:',
  `  1. have ${requests.static} and ${requests.tls} certified, then: cloister realm certificate ${folder} <file> for each`,
  `  2. with the operator's code: cloister realm join ${folder} --code-file <file>`,
  `  3. cloister realm start ${folder}`,
  'keep a copy of hsm/ and of the database apart from each other: without both nobody opens a conversation key again',
];
