import {
  CloisterError,
  type KmsResponse,
  type MasterKeyOverview,
  type MasterKeyUri,
  parseMasterKeyReply,
  type RequestedKeyState,
} from '@cloister/wire';
import type { Client } from '../api/client.ts';
import { CloisterClient } from '../client/cloister-client.ts';
import type { KmsCall } from '../kms/key-server.ts';
import { Refusal } from '../kms/refusal.ts';
import { type AskKeyServer, RepeatedChanges } from '../kms/repeated-changes.ts';
import type { KeyManagement, NewKeyOptions } from './key-management.ts';
import { KeyUnusable } from './key-unusable.ts';

/** Key management for the person of this client. */
export const openKeyManagement = (client: Client): KeyManagement => {
  if (!(client instanceof CloisterClient)) throw new CloisterError('client/invalid-request');
  return keyManagement(client.snapshot().me.organisationId, (call, requestId) => client.askKeyServer(call, requestId));
};

/** The operations of docs/wires.md §12 over a way to the key server. */
export const keyManagement = (assignedOrgId: string, ask: AskKeyServer): KeyManagement => {
  const changes = new RepeatedChanges(ask);
  const change = (call: KmsCall) =>
    changes.ask(call).catch((cause: unknown): never => {
      throw cause instanceof Refusal && cause.code === 'kms/key-unusable' ? new KeyUnusable(cause.said) : cause;
    });
  const read = (uri: string) => ask({ method: 'retrieve', uri, body: { assignedOrgId } });
  const become = (keyState: RequestedKeyState) => async (uri: MasterKeyUri | 'default', version?: number) => {
    const body = { assignedOrgId, keyState, ...(version === undefined ? {} : { cloister: { version } }) };
    return overviewOf(await change({ method: 'update', uri, body }));
  };
  const create = async (uri: string, customerMasterKey: string, cloister: NewKeyOptions) =>
    overviewOf(await change({ method: 'create', uri, body: { assignedOrgId, customerMasterKey, cloister } }));
  const activate = become('ACTIVE');
  return {
    overview: async () => overviewOf(await read('/cmk')),
    publicKey: async () => publicKeyOf(await read('/publicKey')),
    upload: (wrapped, options) => create('/cmk', base64Of(wrapped), options),
    addAwsKey: (arn, options) => create('/awsKmsCmk', arn, options),
    activate,
    revoke: become('REVOKED'),
    delete: become('DELETED'),
    // A deleted key becomes what it was before, and that is always a revoked one.
    undelete: become('REVOKED'),
    removePending: become('REMOVEDCLEAN'),
    useDefault: (version) => activate('default', version),
    diagnose: async (uri) => {
      const { diagnosis } = parseMasterKeyReply(await read(uri));
      return diagnosis ?? unreadable();
    },
  };
};

const overviewOf = (response: KmsResponse): MasterKeyOverview =>
  parseMasterKeyReply(response).masterKeys ?? unreadable();

const publicKeyOf = ({ publicKey }: KmsResponse): string => publicKey ?? unreadable();

const unreadable = (): never => {
  throw new CloisterError('client/unreadable', { detail: 'the main keys' });
};

/** Standard base64, as published clients send uploads. */
const base64Of = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
