import { constants, publicEncrypt, randomBytes } from 'node:crypto';
import { type Database, openDatabase } from '@cloister/database';
import type { HsmClient } from '@cloister/hsm';
import { type Kms, type KmsParts, migrations, openKms, provisionRealm } from '@cloister/kms';
import { openLog } from '@cloister/logging';
import type { Constellation } from '@cloister/testkit';
import { openTokenVerifier, StatusDirectory } from '@cloister/verify';
import { newId, type OrganisationId, parseKmsHost } from '@cloister/wire';
import { AuditLog, insertKek, transition, wrapKek } from '../testing/kms-internals.ts';
import { createDatabase } from './create-database.ts';
import { superuser } from './superuser.ts';

/** A key server in this process, on a database of its own, with as many KEKs as wanted under its default main key. */
export interface KekRealm {
  readonly kms: Kms;
  /** Gives the organisation another main key, so that every KEK is to be moved. */
  activate(): Promise<void>;
  close(): Promise<void>;
}

const atOnce = 16;

export async function openKekRealm(all: Constellation, hsm: HsmClient, keks: number): Promise<KekRealm> {
  const name = `bench_keks_${randomBytes(4).toString('hex')}`;
  const drop = await createDatabase(all, name);
  const { host, user } = superuser(all);
  const credentialFile = `${all.deployment.layout.server('postgres')}/password`;
  const [database, sideDatabase] = [10, 4].map((max) =>
    openDatabase({ host, user, credentialFile, database: name, max }),
  ) as [Database, Database];
  await database.migrate(migrations);
  const organisationId = newId<OrganisationId>();
  const parts = { organisations: [organisationId], database, sideDatabase, hsm, newId, ...clocks };
  const kms = await openKms({ ...parts, ...(await surroundings(parts)) });
  const { keyId } = await hsm.ensureKey(organisationId, 'main', 'default');
  const mainKey = { keyId, organisationId };
  let left = keks;
  const fill = async () => {
    for (let version = left--; version > 0; version = left--) {
      const place = { kekId: newId(), version, organisationId, level: 'content' as const, label: 'bench' };
      await insertKek(database, await wrapKek(hsm, mainKey, place, randomBytes(32)), new Date());
    }
  };
  await Promise.all(Array.from({ length: atOnce }, fill));
  return {
    kms,
    activate: async () => {
      await upload({ ...parts, organisationId });
      // As a running server does every few seconds: a key is used under a lease alone.
      await kms.masterKeys.look();
    },
    close: async () => {
      await Promise.all([database.close(), sideDatabase.close()]);
      await drop();
    },
  };
}

const clocks = { now: () => new Date(), monotonicNow: () => performance.now() };

type Parts = Pick<KmsParts, 'organisations' | 'database' | 'sideDatabase' | 'hsm' | 'now' | 'monotonicNow' | 'newId'>;

/** Nobody signs in here. */
const surroundings = async (parts: Parts) => {
  const status = new StatusDirectory();
  return {
    kmsHost: parseKmsHost('kms.bench.example'),
    secrets: await provisionRealm(parts),
    status,
    verifyToken: openTokenVerifier({ feed: status, issuer: 'https://id.bench.example' }),
    log: openLog({ name: 'kms', destination: { write: () => undefined } }),
  };
};

const upload = async ({ database, sideDatabase, hsm, organisationId }: Parts & { organisationId: OrganisationId }) => {
  const keyId = newId();
  const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
  const wrapped = publicEncrypt({ key: await hsm.publicKey(organisationId), ...padding }, randomBytes(32));
  const { check } = await hsm.importKey({ keyId, organisationId }, wrapped);
  const event = { type: 'upload' as const, keyId, checkValue: Buffer.from(check, 'base64'), activate: true };
  const context = { audit: new AuditLog(sideDatabase), newId, databaseNow: async () => new Date() };
  await database.transaction((tx) => transition(context, tx, organisationId, event, null));
};
