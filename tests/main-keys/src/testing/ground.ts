import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certifyKmsKey, checkKmsCertificate, makeRoot, rootsFromPem, type TrustedKmsKey } from '@cloister/certs';
import { type Database, openDatabase, sql } from '@cloister/database';
import { HsmClient } from '@cloister/hsm';
import { migrations, provisionRealm, type RealmSecrets } from '@cloister/kms';
import { database as testDatabase } from '@cloister/testkit';
import { newId, type OrganisationId, parseKmsHost } from '@cloister/wire';
import { discoveryOf, TestHsm } from './internals.ts';
import { Stage } from './stage.ts';

export const kmsHost = parseKmsHost('kms.acme.example');
/** When every run begins. */
export const beginning = new Date('2026-11-22T00:00:00.000Z');
/** A connection for each of everything that may be begun at once. */
const connections = 120;

/** What all runs share, since nothing of it is told from new once a run is over: a database, and an hsm. */
export interface Ground {
  readonly realmId: OrganisationId;
  readonly organisationId: OrganisationId;
  readonly stage: Stage;
  readonly real: Database;
  readonly hsm: HsmClient;
  /** Keys in the hsm that runs have left there, and whose they are. */
  readonly held: Map<string, string>;
  readonly secrets: RealmSecrets;
  readonly staticKey: TrustedKmsKey;
  /** What the organisation encrypts its uploads with. */
  readonly publicKey: string;
  /** An organisation that never touched its main keys, and nothing of another run. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export const openGround = async (): Promise<Ground> => {
  const folder = mkdtempSync(join(tmpdir(), 'cloister-main-keys-'));
  const process = new TestHsm(folder);
  await process.start();
  const base = await testDatabase();
  const { host, database: name, user, credentialFile } = base;
  const [real, observer] = [connections, 1].map((max) =>
    openDatabase({ host, database: name, user, credentialFile, max }),
  ) as [Database, Database];
  await real.migrate(migrations);
  const hsm = new HsmClient({ socket: process.socket, secret: Buffer.from(process.secret) });
  const [realmId, organisationId] = [newId<OrganisationId>(), newId<OrganisationId>()];
  const secrets = await provisionRealm({
    organisations: [realmId, organisationId],
    database: real,
    sideDatabase: real,
    hsm,
    now: () => beginning,
    monotonicNow: () => 0,
    newId,
  });
  const held = new Map<string, string>();
  const stage = new Stage(observer);
  const stopWatching = stage.watchCryptography();
  const clear = async () => {
    await real.transaction(async (tx) => {
      for (const statement of emptied) await tx.execute(statement);
    });
    for (const [keyId, organisationId] of held) await hsm.destroy({ keyId, organisationId });
    held.clear();
  };
  const close = async () => {
    stopWatching();
    hsm.close();
    await Promise.all([real.close(), observer.close()]);
    await Promise.all([base.drop(), process.kill()]);
    rmSync(folder, { recursive: true, force: true });
  };
  const [staticKey, publicKey] = [await certified(secrets), await hsm.publicKey(organisationId)];
  return { realmId, organisationId, stage, real, hsm, held, secrets, staticKey, publicKey, clear, close };
};

const emptied = [
  sql`truncate kms_node, kms_node_epoch, content_key, search_key, resource_authorization, resource, operation, leaver_removal, channel,
    kek_generation, hsm_disposal, master_key_event, master_key, organisation_keys cascade`,
  sql`delete from kek where kek_id not in (select kek_id from realm_secret)`,
];

const certified = async (secrets: RealmSecrets): Promise<TrustedKmsKey> => {
  const root = await makeRoot({ commonName: 'test root', now: beginning });
  const publicJwk = secrets.staticKey.publicJwk as unknown as JsonWebKey;
  const chain = await certifyKmsKey({ root, kmsHost, publicJwk, now: beginning });
  const { rsaPublicKey } = await discoveryOf(kmsHost, secrets.staticKey.publicJwk, chain);
  const roots = await rootsFromPem(root.certificatePem);
  return checkKmsCertificate({ jwk: JSON.parse(rsaPublicKey), kmsHost, roots, now: beginning.getTime() });
};
