import { type KeyManagement, KeyUnusable } from '@cloister/sdk';
import {
  CloisterError,
  type ErrorCode,
  type MasterKeyAct,
  type MasterKeyDiagnosis,
  type MasterKeyOverview,
  type MasterKeyUri,
  type MasterKeyView,
} from '@cloister/wire';
import { userId } from './entries.ts';

const day = 24 * 3600 * 1000;
const moment = (at: number) => new Date(at).toISOString();

/** An address of a scripted key: the short id says which. */
export const scriptedUri = (number: number): MasterKeyUri =>
  `kms://kms.acme.example/cmk/${String(number).repeat(8)}-0000-4000-8000-000000000000` as MasterKeyUri;

/** A key in a state. */
export const scriptedKey = (number: number, changes: Partial<MasterKeyView> = {}): MasterKeyView => ({
  uri: scriptedUri(number),
  state: 'active',
  source: 'BYOK',
  createdAt: moment(Date.now() - 40 * day),
  stateUpdatedOn: moment(Date.now() - 12 * day),
  activatedAt: moment(Date.now() - 12 * day),
  check: '0f1e2d3c4b5a69788796a5b4c3d2e1f0',
  reminder: false,
  ...changes,
});

/** The same at Amazon. */
export const scriptedAwsKey = (number: number, changes: Partial<MasterKeyView> = {}): MasterKeyView => {
  const { check: _, ...view } = scriptedKey(number, { source: 'AWS_KMS', ...changes });
  return {
    ...view,
    arn: `arn:aws:kms:us-east-2:111122223333:key/${String(number).repeat(8)}-12ab-34cd-56ef-000000000000`,
  };
};

const first: MasterKeyOverview = {
  version: 1,
  isFrozen: false,
  head: 'default',
  keystore: 'software',
  protection: 'software',
  defaultUri: scriptedUri(0),
  defaultRole: 'active',
  principalArn: 'arn:aws:iam::999988887777:user/cloister-0a000000',
  reach: { people: 1204, rooms: 311 },
  keys: [],
  history: [],
};

/**
 * Key management that talks to nobody, to look at its page. It plays what the key server would answer and remembers what it
 * was asked; what is right is decided by the key server, which is tested with real keys.
 */
export class ScriptedKeys implements KeyManagement {
  #overview = first;
  #made = 0;
  /** The next act fails with this. */
  failure: CloisterError | undefined;
  readonly asked: unknown[] = [];
  diagnosis: MasterKeyDiagnosis = { missing: [], fault: null, findings: ['ok'], keyState: 'Enabled' };

  overview = async (): Promise<MasterKeyOverview> => this.#overview;
  publicKey = async (): Promise<string> => '-----BEGIN PUBLIC KEY-----\nMA==\n-----END PUBLIC KEY-----';
  diagnose = async (): Promise<MasterKeyDiagnosis> => this.diagnosis;

  /** Scripts how the keys stand. */
  show(part: Partial<MasterKeyOverview>): void {
    this.#overview = { ...this.#overview, ...part, version: this.#overview.version + 1 };
  }

  /** Scripts a refusal of the next act. */
  fail(code: ErrorCode): void {
    this.failure = new CloisterError(code);
  }

  /** Scripts Amazon refusing the next key. */
  refuseAsAmazon(reason: string, missing: readonly string[]): void {
    this.failure = new KeyUnusable({ reason, missing });
  }

  upload: KeyManagement['upload'] = async (wrapped, { version }) => {
    this.#ask('upload', wrapped.length, version);
    return this.#add(scriptedKey(++this.#made, { state: 'pending' }), 'upload');
  };

  addAwsKey: KeyManagement['addAwsKey'] = async (arn, { version }) => {
    this.#ask('addAwsKey', arn, version);
    return this.#add({ ...scriptedAwsKey(++this.#made, { state: 'pending' }), arn }, 'add');
  };

  activate: KeyManagement['activate'] = async (uri, version) => {
    this.#ask('activate', uri, version);
    const { head, keys } = this.#overview;
    const before = keys.find((key) => key.uri === head && key.uri !== uri);
    const rotation = { total: 2400, done: 960, startedAt: moment(Date.now()) };
    if (before !== undefined) this.#put({ ...before, state: 'rotation', rotation });
    this.show({ head: uri, isFrozen: false, defaultRole: head === 'default' ? 'rotation' : 'idle' });
    return this.#move(uri, 'active', 'activate');
  };

  revoke: KeyManagement['revoke'] = async (uri, version) => {
    this.#ask('revoke', uri, version);
    this.show({ isFrozen: true });
    const key = this.#find(uri);
    this.#put({ ...key, revocation: { requestedAt: moment(Date.now()), nodes: 3, acknowledged: 2 } });
    const local = key.source === 'AWS_KMS';
    return this.#move(uri, local ? 'locally-revoked' : 'revoked', local ? 'revoke-locally' : 'revoke');
  };

  delete: KeyManagement['delete'] = async (uri, version) => {
    this.#ask('delete', uri, version);
    this.#put({ ...this.#find(uri), purgeAt: moment(Date.now() + 30 * day) });
    return this.#move(uri, 'deleted', 'delete');
  };

  undelete: KeyManagement['undelete'] = async (uri, version) => {
    this.#ask('undelete', uri, version);
    const { purgeAt: _, ...key } = this.#find(uri);
    this.show({ keys: this.#overview.keys.map((each) => (each.uri === uri ? key : each)) });
    return this.#move(uri, 'revoked', 'undelete');
  };

  removePending: KeyManagement['removePending'] = async (uri, version) => {
    this.#ask('removePending', uri, version);
    this.show({ keys: this.#overview.keys.filter((key) => key.uri !== uri) });
    return this.#overview;
  };

  useDefault: KeyManagement['useDefault'] = async (version) => {
    this.#ask('useDefault', version);
    this.show({ head: 'default', defaultRole: 'active', keys: [] });
    return this.#overview;
  };

  #ask(...asked: unknown[]): void {
    this.asked.push(asked);
    const failure = this.failure;
    this.failure = undefined;
    if (failure !== undefined) throw failure;
  }

  #find(uri: MasterKeyUri): MasterKeyView {
    const key = this.#overview.keys.find((each) => each.uri === uri);
    if (key === undefined) throw new CloisterError('kms/not-found');
    return key;
  }

  #put(key: MasterKeyView): void {
    this.show({ keys: this.#overview.keys.map((each) => (each.uri === key.uri ? key : each)) });
  }

  #add(key: MasterKeyView, act: MasterKeyAct): MasterKeyOverview {
    this.show({ keys: [key, ...this.#overview.keys] });
    this.#note(key.uri, null, key.state, act);
    return this.#overview;
  }

  #move(uri: MasterKeyUri, state: MasterKeyView['state'], act: MasterKeyAct): MasterKeyOverview {
    const { revocation, ...key } = this.#find(uri);
    const isOff = state !== 'active' && revocation !== undefined;
    this.#put({ ...key, state, ...(isOff ? { revocation } : {}) });
    this.#note(uri, key.state, state, act);
    return this.#overview;
  }

  #note(uri: MasterKeyUri, from: MasterKeyView['state'] | null, to: MasterKeyView['state'], act: MasterKeyAct): void {
    const entry = { at: moment(Date.now()), uri, from, to, act, by: userId(1) };
    this.show({ history: [entry, ...this.#overview.history] });
  }
}
