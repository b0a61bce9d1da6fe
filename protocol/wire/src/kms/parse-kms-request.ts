import { CloisterError } from '../errors/cloister-error.ts';
import { type OrganisationId, parseUuid } from '../ids.ts';
import { checkWith } from '../json/parse-with.ts';
import { readJson, type Untrusted } from '../json/read-json.ts';
import { instanceUri } from '../kms-uri/instance-uri.ts';
import type { KmsHost } from '../kms-uri/kms-host.ts';
import type { KmsUri } from '../kms-uri/kms-uri.ts';
import { isUserAuthId, parseKmsUri } from '../kms-uri/parse-kms-uri.ts';
import { type KmsMethod, kmsRequestFrame } from './frame.ts';
import type { GivenMasterKey, KmsOperation, KmsRequest, Terms } from './kms-request.ts';
import type { MasterKeySource } from './master-key.ts';
import { mergeAuthIds, requestBody } from './request-body.ts';

/** A sealed request is at most this long once opened. */
export const maxKmsRequestBytes = 256 * 1024;

/**
 * The typed form of an opened KMS request. `own` is the asked server's name: relative addresses (`/keys`) mean it.
 * Members nobody reads are dropped, so a private key sent along is never kept.
 * @throws CloisterError with a `wire/…` code
 */
export const parseKmsRequest = (input: Untrusted, own: KmsHost): KmsRequest => {
  const value = readJson(input, maxKmsRequestBytes);
  const { requestId, method, uri, client, cloister } = checkWith(kmsRequestFrame, value);
  const frame = { requestId, method, uri, client, roomId: cloister?.roomId };
  // The published client names the operator's main key by the bare word (kms.md §1.6).
  if (uri === 'default') return { ...frame, host: own, ...onDefault(method, value) };
  const address = parseKmsUri(uri);
  const host = address.host ?? own;
  return { ...frame, host, ...operationOf(method, address, host, value) };
};

const unsupported: KmsOperation = { operation: 'unsupported' };

const operationOf = (method: KmsMethod, address: KmsUri, host: KmsHost, value: unknown): KmsOperation => {
  switch (address.form) {
    case 'collection':
      return onCollection(method, address.collection, value);
    case 'instance':
      return onInstance(method, address, host, value);
    case 'resourceKeys':
      if (method !== 'retrieve') return unsupported;
      return {
        operation: 'listResourceKeys',
        resourceUri: instanceUri(host, 'resources', address.id),
        ...checkWith(requestBody.listResourceKeys, value),
      };
    case 'resourceSearchKeys':
      if (method !== 'retrieve') return unsupported;
      return { operation: 'retrieveSearchKeys', resourceUri: instanceUri(host, 'resources', address.id) };
    case 'resourceAuthorizations':
      return onAuthorizations(method, address, host);
    case 'resourceModerators':
      return onModerators(method, address, host, value);
    case 'server':
      throw new CloisterError('wire/invalid-message', { detail: 'member uri' });
  }
};

/** "return to use global master key for one org": switches BYOK off. */
const onDefault = (method: KmsMethod, value: unknown): KmsOperation => {
  if (method !== 'update') return unsupported;
  const { keyState } = checkWith(requestBody.updateMasterKey, value);
  return keyState === 'ACTIVE' ? { operation: 'useDefaultMasterKey', ...itsOwn(value) } : unsupported;
};

const itsOwn = (value: unknown) => {
  const { assignedOrgId, cloister } = checkWith(requestBody.ofItsOwn, value);
  return { organisationId: assignedOrgId, version: cloister?.version };
};

const createMasterKey = (source: MasterKeySource, value: unknown): KmsOperation => {
  const read = checkWith(requestBody.createMasterKey, value);
  // A second key or a role at Amazon: ignoring them would promise what is not done.
  if ((read.customerMasterKeyBackup ?? read.customerMasterKeyRole ?? null) !== null) return unsupported;
  const key = read.customerMasterKey;
  const given: GivenMasterKey = source === 'BYOK' ? { source, wrapped: key } : { source, arn: key };
  return { operation: 'createMasterKey', given, activate: read.cloister?.activate ?? false, ...itsOwn(value) };
};

const onCollection = (method: KmsMethod, collection: string, value: unknown): KmsOperation => {
  switch (`${method} ${collection}`) {
    case 'create ecdhe':
      return { operation: 'createEphemeralKey', ...checkWith(requestBody.createEphemeralKey, value) };
    case 'create keys':
      return { operation: 'createKeys', ...checkWith(requestBody.createKeys, value) };
    case 'create resources':
      return createResource(value);
    case 'create authorizations':
      return createAuthorizations(value);
    case 'delete authorizations':
      return deleteAuthorizations(value);
    case 'create kek':
      return { operation: 'createKek', organisationId: organisationOf(value) };
    case 'retrieve kek':
      return { operation: 'listKeks', organisationId: organisationOf(value) };
    case 'retrieve publicKey':
      return { operation: 'retrievePublicKey', ...itsOwn(value) };
    case 'create cmk':
      return createMasterKey('BYOK', value);
    case 'create awsKmsCmk':
      return createMasterKey('AWS_KMS', value);
    case 'retrieve cmk':
      // The published client always names an organisation (kms.md §1.6), and asks for its own main keys; the draft none.
      return organisationOf(value) === undefined
        ? { operation: 'listDefaultMasterKey' }
        : { operation: 'listMasterKeys', source: 'BYOK', ...itsOwn(value) };
    case 'retrieve awsKmsCmk':
      return { operation: 'listMasterKeys', source: 'AWS_KMS', ...itsOwn(value) };
    case 'delete cmk':
      return { operation: 'deleteMasterKeys', source: 'BYOK', ...itsOwn(value) };
    case 'delete awsKmsCmk':
      return { operation: 'deleteMasterKeys', source: 'AWS_KMS', ...itsOwn(value) };
    case 'retrieve outside':
      return { operation: 'retrieveOutside' };
    case 'update outside':
      return setOutsidePolicy(value);
    case 'update ping':
      return { operation: 'ping' };
    default:
      return unsupported;
  }
};

const setOutsidePolicy = (value: unknown): KmsOperation => {
  const { policy, cloister } = checkWith(requestBody.setOutsidePolicy, value);
  return { operation: 'setOutsidePolicy', policy, version: cloister?.version };
};

const createResource = (value: unknown): KmsOperation => {
  const read = checkWith(requestBody.createResource, value);
  const keyUris = [...new Set(read.keyUris ?? [])];
  return { operation: 'createResource', authIds: mergeAuthIds(read), keyUris, ...termsOf(read) };
};

const createAuthorizations = (value: unknown): KmsOperation => {
  const read = checkWith(requestBody.createAuthorizations, value);
  const authIds = mergeAuthIds(read);
  const nobody = authIds.length === 0 && (read.anonymous ?? 0) === 0;
  if (nobody) throw new CloisterError('wire/invalid-message', { detail: 'member userIds' });
  return { operation: 'createAuthorizations', resourceUri: read.resourceUri, authIds, ...termsOf(read) };
};

const termsOf = ({ ttl, anonymous, roleUri }: Terms): Terms => ({ ttl, anonymous, roleUri });

/** The draft's example names no resource and is no JSON; "for a specific resource", its text says. */
const deleteAuthorizations = (value: unknown): KmsOperation => {
  const read = checkWith(requestBody.deleteAuthorizations, value);
  const authIds = mergeAuthIds(read);
  if (authIds.length === 0) throw new CloisterError('wire/invalid-message', { detail: 'member authIds' });
  return { operation: 'deleteAuthorizations', resourceUri: read.resourceUri, authIds };
};

const organisationOf = (value: unknown): OrganisationId | undefined =>
  checkWith(requestBody.administer, value).assignedOrgId ?? undefined;

const onInstance = (
  method: KmsMethod,
  { collection, id }: KmsUri & { form: 'instance' },
  host: KmsHost,
  value: unknown,
): KmsOperation => {
  switch (`${method} ${collection}`) {
    case 'delete ecdhe':
      return { operation: 'deleteEphemeralKey', channelUri: instanceUri(host, 'ecdhe', id) };
    case 'retrieve keys':
      return {
        operation: 'retrieveKey',
        keyUri: instanceUri(host, 'keys', id),
        ...checkWith(requestBody.retrieveKey, value),
      };
    case 'update keys':
      return { operation: 'bindKey', keyUri: instanceUri(host, 'keys', id), ...checkWith(requestBody.bindKey, value) };
    case 'update kek': {
      const { assignedOrgId, state } = checkWith(requestBody.updateKek, value);
      const kekUri = instanceUri(host, 'kek', id);
      return { operation: 'updateKek', kekUri, state, organisationId: assignedOrgId ?? undefined };
    }
    case 'retrieve cmk':
      return { operation: 'diagnoseMasterKey', masterKeyUri: instanceUri(host, 'cmk', id), ...itsOwn(value) };
    case 'update cmk': {
      const { keyState: state } = checkWith(requestBody.updateMasterKey, value);
      return { operation: 'updateMasterKey', masterKeyUri: instanceUri(host, 'cmk', id), state, ...itsOwn(value) };
    }
    case 'update outside':
      return {
        operation: 'pauseOrganisation',
        organisationId: parseUuid<OrganisationId>(id),
        ...checkWith(requestBody.pauseOrganisation, value),
      };
    case 'retrieve resources':
      return { operation: 'retrieveResource', resourceUri: instanceUri(host, 'resources', id) };
    case 'delete authorizations':
      return {
        operation: 'deleteAuthorization',
        target: { by: 'uri', authorizationUri: instanceUri(host, 'authorizations', id) },
      };
    default:
      return unsupported;
  }
};

const onAuthorizations = (
  method: KmsMethod,
  { id, authId }: KmsUri & { form: 'resourceAuthorizations' | 'resourceModerators' },
  host: KmsHost,
): KmsOperation => {
  const resourceUri = instanceUri(host, 'resources', id);
  if (method === 'retrieve') return { operation: 'listAuthorizations', resourceUri, authId };
  if (method !== 'delete') return unsupported;
  if (authId === undefined) throw new CloisterError('wire/invalid-message', { detail: 'member uri' });
  return { operation: 'deleteAuthorization', target: { by: 'subject', resourceUri, authId } };
};

/** docs/wires.md §9: only people moderate, so the query names a person. */
const onModerators = (
  method: KmsMethod,
  { id, authId }: KmsUri & { form: 'resourceAuthorizations' | 'resourceModerators' },
  host: KmsHost,
  value: unknown,
): KmsOperation => {
  const resourceUri = instanceUri(host, 'resources', id);
  if (method === 'retrieve' && authId === undefined) return { operation: 'listModerators', resourceUri };
  if (method === 'create' && authId === undefined) {
    const { userIds } = checkWith(requestBody.appointModerators, value);
    return { operation: 'appointModerators', resourceUri, userIds: [...new Set(userIds)] };
  }
  if (method !== 'delete') return unsupported;
  if (authId === undefined || !isUserAuthId(authId)) {
    throw new CloisterError('wire/invalid-message', { detail: 'member uri' });
  }
  return { operation: 'dismissModerator', resourceUri, userId: authId };
};
