import { constants, publicEncrypt, randomBytes } from 'node:crypto';
import {
  type CustomerMasterKey,
  type KmsResponse,
  type MasterKeyOverview,
  type OrganisationId,
  parseMasterKeyReply,
} from '@cloister/wire';
import type { TestClient } from '../../testing/test-client.ts';
import type { TestRealm } from '../../testing/test-realm.ts';
import { startAfresh } from './start-afresh.ts';

type Extra = Readonly<Record<string, unknown>>;

/** Who keeps an organisation's main keys: what the published client asks for, over the sealed channel. */
export class TestKeeper {
  readonly client: TestClient;
  readonly organisationId: OrganisationId;

  constructor(client: TestClient, organisationId = client.person.organisationId) {
    this.client = client;
    this.organisationId = organisationId;
  }

  /** The keeper of an organisation that never had a main key. */
  static async afresh(realm: TestRealm): Promise<TestKeeper> {
    await startAfresh(realm);
    return TestKeeper.of(realm);
  }

  static async of(realm: TestRealm, organisationId = realm.organisationId): Promise<TestKeeper> {
    return new TestKeeper(await realm.client(realm.identity.administrator(organisationId)));
  }

  ask(ask: Extra, extra: Extra = {}): Promise<KmsResponse> {
    return this.client.ask({ assignedOrgId: this.organisationId, ...ask, ...extra });
  }

  async publicKey(): Promise<string> {
    const { publicKey } = await this.ask({ method: 'retrieve', uri: '/publicKey' });
    if (publicKey === undefined) throw new Error('no public key');
    return publicKey;
  }

  /** As the documents' OpenSSL command makes it. */
  async wrapped(key: Uint8Array = randomBytes(32)): Promise<string> {
    return wrapFor(await this.publicKey(), key);
  }

  /** `cloister` may say `activate` and `version`. */
  async upload(key: Uint8Array = randomBytes(32), cloister: Extra = {}): Promise<KmsResponse> {
    return this.send(await this.wrapped(key), { cloister });
  }

  send(customerMasterKey: string, extra: Extra = {}): Promise<KmsResponse> {
    return this.ask({ method: 'create', uri: '/cmk', customerMasterKey }, extra);
  }

  addArn(customerMasterKey: string, cloister: Extra = {}): Promise<KmsResponse> {
    return this.ask({ method: 'create', uri: '/awsKmsCmk', customerMasterKey, cloister });
  }

  update(uri: string, keyState: string, extra: Extra = {}): Promise<KmsResponse> {
    return this.ask({ method: 'update', uri, keyState }, extra);
  }

  list(uri: '/cmk' | '/awsKmsCmk' = '/cmk'): Promise<KmsResponse> {
    return this.ask({ method: 'retrieve', uri });
  }

  diagnose(uri: string): Promise<KmsResponse> {
    return this.ask({ method: 'retrieve', uri });
  }

  useDefault(extra: Extra = {}): Promise<KmsResponse> {
    return this.ask({ method: 'update', uri: 'default', keyState: 'ACTIVE' }, extra);
  }

  deleteAll(uri: '/cmk' | '/awsKmsCmk' = '/cmk'): Promise<KmsResponse> {
    return this.ask({ method: 'delete', uri });
  }

  async overview(): Promise<MasterKeyOverview> {
    return overviewIn(await this.list());
  }

  /** An active key of 32 random bytes. */
  async lead(key: Uint8Array = randomBytes(32)): Promise<CustomerMasterKey> {
    const made = firstIn(await this.upload(key, { activate: true }));
    if (made.usageState !== 'ACTIVE') throw new Error('not active');
    return made;
  }
}

export const wrapFor = (publicKey: string, key: Uint8Array): string =>
  publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }, key).toString(
    'base64',
  );

/** The first of the keys in a reply: the changed one. */
export const firstIn = ({ status, reason, customerMasterKeys }: KmsResponse): CustomerMasterKey => {
  const first = customerMasterKeys?.[0];
  if (first === undefined) throw new Error(`no main key in it: ${status} ${reason}`);
  return first;
};

/** What a reply says of all main keys; parsed as clients do. */
export const overviewIn = (response: KmsResponse): MasterKeyOverview => {
  const { masterKeys } = parseMasterKeyReply(response);
  if (masterKeys === undefined) throw new Error(`no overview: ${response.status} ${response.reason}`);
  return masterKeys;
};
