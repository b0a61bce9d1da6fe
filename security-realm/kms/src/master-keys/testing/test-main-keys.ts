import { constants, publicEncrypt, randomBytes } from 'node:crypto';
import { type Database, openDatabase, type Queries, sql } from '@cloister/database';
import { HsmClient } from '@cloister/hsm';
import { newId, type Uuid } from '@cloister/wire';
import { AuditLog } from '../../audit/audit-log.ts';
import type { TestRealm } from '../../testing/test-realm.ts';
import type { MasterKeyEvent } from '../domain/master-key-event.ts';
import { findOrganisationKeys } from '../store/organisation-keys-row.ts';
import { transition } from '../store/transition.ts';

/** Where the main keys are: a realm in process, or one of processes, by whose clock time passes. */
export type MainKeysOf = Pick<TestRealm, 'hsm' | 'organisationId' | 'testDatabase'> & {
  readonly clock?: { readonly now: Date };
};

/** Main keys of a test realm's organisation: real ones, uploaded into its hsm. No administrator's request is in between. */
export class TestMainKeys {
  readonly hsm: HsmClient;
  readonly #realm: MainKeysOf;
  readonly #side: Database;

  constructor(realm: MainKeysOf) {
    this.#realm = realm;
    this.hsm = new HsmClient({ socket: realm.hsm.socket, secret: Buffer.from(realm.hsm.secret) });
    const { host, database, user, credentialFile } = realm.testDatabase;
    this.#side = openDatabase({ host, database, user, credentialFile, max: 4 });
  }

  get database(): Database {
    return this.#side;
  }

  readonly databaseNow = async (queries: Queries): Promise<Date> =>
    this.#realm.clock?.now ?? (await queries.one(sql<{ now: Date }>`select clock_timestamp() as now`)).now;

  /** Carries out an event as a node would. */
  happen(event: MasterKeyEvent, organisationId: string = this.#realm.organisationId) {
    const context = { audit: new AuditLog(this.#side), newId, databaseNow: this.databaseNow };
    return this.#side.transaction((tx) => transition(context, tx, organisationId, event, null));
  }

  /** A key of 32 random bytes, active or pending; answers its id. */
  async upload(activate = true, organisationId: string = this.#realm.organisationId): Promise<Uuid> {
    const keyId = newId();
    const check = await this.#import(keyId, organisationId);
    await this.happen({ type: 'upload', keyId, checkValue: check, activate }, organisationId);
    return keyId;
  }

  /** A key in the hsm that no row names, as a crash leaves it. */
  async importAlone(keyId: Uuid): Promise<Uuid> {
    await this.#import(keyId, this.#realm.organisationId);
    return keyId;
  }

  async #import(keyId: Uuid, organisationId: string): Promise<Buffer> {
    const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
    const wrapped = publicEncrypt({ key: await this.hsm.publicKey(organisationId), ...padding }, randomBytes(32));
    const { check } = await this.hsm.importKey({ keyId, organisationId }, wrapped);
    return Buffer.from(check, 'base64');
  }

  /** A key at Amazon, without asking there. */
  async add(arn: string, activate = true): Promise<Uuid> {
    const keyId = newId();
    await this.happen({ type: 'addArn', keyId, arn, activate });
    return keyId;
  }

  find(organisationId: string = this.#realm.organisationId) {
    return findOrganisationKeys(this.#side, organisationId);
  }

  async stateOf(keyId: string) {
    return (await this.find()).keys.find((key) => key.keyId === keyId)?.state;
  }

  async close(): Promise<void> {
    this.hsm.close();
    await this.#side.close();
  }
}
