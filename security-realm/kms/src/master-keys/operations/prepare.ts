import { CloisterError, idOf, type KmsRequest } from '@cloister/wire';
import type { KmsContext } from '../../context.ts';
import { type Asked, asks, type RequestOf } from '../../domain/asked.ts';
import { checkAdministrator } from '../../domain/check-administrator.ts';
import { clientDigest } from '../../domain/fingerprint.ts';
import { findOperation, findRequest } from '../../store/operation-row.ts';
import { decide } from '../domain/decide.ts';
import type { Denial } from '../domain/key-unusable.ts';
import type { MasterKeyEvent } from '../domain/master-key-event.ts';
import { headOf, type OrganisationKeys, sourceNamed } from '../domain/organisation-keys.ts';
import { findOrganisationKeys } from '../store/organisation-keys-row.ts';
import { denialOf } from './denial-of.ts';
import { type KeyFacts, keyFacts } from './key-facts.ts';
import { takeArn } from './take-arn.ts';
import { takeUpload } from './take-upload.ts';

/** What was done outside the database for a change of main keys. */
export type Prepared = {
  readonly facts: KeyFacts;
  /** A key that waits in the hsm or at Amazon to be taken up. */
  readonly taken: Extract<MasterKeyEvent, { type: 'upload' | 'addArn' | 'reupload' }> | null;
  /** What Amazon says to a key that is to be activated. */
  readonly denied: Denial | null;
};

/** The changes of main keys. */
export const masterKeyChanges = [
  'createMasterKey',
  'updateMasterKey',
  'useDefaultMasterKey',
  'deleteMasterKeys',
] as const satisfies readonly KmsRequest['operation'][];

type MasterKeyChange = RequestOf<(typeof masterKeyChanges)[number]>;

const isMasterKeyChange = (asked: Asked): asked is Asked<MasterKeyChange> =>
  masterKeyChanges.some((operation) => operation === asked.request.operation);

/**
 * What has to happen before the transaction of a change: imports and probes take their time, and cannot be undone by a
 * rollback. Null for changes of anything else, and for what was asked before, which finds its result.
 * @throws CloisterError `kms/…`, of whom may not, too
 */
export const prepare = async (context: KmsContext, asked: Asked): Promise<Prepared | null> => {
  if (!isMasterKeyChange(asked)) return null;
  checkAdministrator(context, asked.caller, asked.request);
  if (await isKnown(context, asked)) return null;
  try {
    return await prepared(context, asked);
  } catch (error) {
    // A copy of the same change was made meanwhile: this one finds its result. One that is still on its way may yet be made,
    // although this one is refused: a refusal leaves nothing behind.
    if (await isKnown(context, asked)) return null;
    throw error;
  }
};

const prepared = async (context: KmsContext, asked: Asked<MasterKeyChange>): Promise<Prepared> => {
  const { caller } = asked;
  const facts = await keyFacts(context, caller.organisationId);
  const keys = await findOrganisationKeys(context.database, caller.organisationId);
  const taken = asks(asked, 'createMasterKey') ? await take(context, keys, asked.request) : null;
  const denied = asks(asked, 'updateMasterKey') ? await probe(context, keys, asked.request) : null;
  return { facts, taken, denied };
};

const isKnown = async ({ database }: KmsContext, asked: Asked): Promise<boolean> => {
  const { request, caller } = asked;
  const named = { personId: caller.personId, clientDigest: clientDigest(request.client.clientId) };
  const known =
    (await findOperation(database, asked.operationId())) ??
    (await findRequest(database, { ...named, requestId: request.requestId }));
  return known !== null;
};

/** Asks first whether it could be taken: nothing is imported that would be thrown away again. */
const take = async (
  context: KmsContext,
  keys: OrganisationKeys,
  { given, activate, version }: RequestOf<'createMasterKey'>,
): Promise<Prepared['taken']> => {
  if (version !== undefined && version !== keys.version) throw new CloisterError('kms/version-mismatch');
  const now = await context.databaseNow(context.database);
  const source = sourceNamed(given.source);
  const head = headOf(keys);
  if (head?.state === 'removed') {
    if (head.source !== source) throw new CloisterError('kms/original-key-required');
  } else if (given.source === 'BYOK') {
    decide(keys, { type: 'upload', keyId: context.newId(), checkValue: null, activate }, now);
  } else {
    decide(keys, { type: 'addArn', keyId: context.newId(), arn: given.arn, activate }, now);
  }
  return given.source === 'BYOK'
    ? takeUpload(context, keys, { wrapped: given.wrapped, activate })
    : takeArn(context, keys, { arn: given.arn, activate });
};

const probe = async (
  { hsm }: KmsContext,
  { keys, organisationId }: OrganisationKeys,
  { masterKeyUri, state }: RequestOf<'updateMasterKey'>,
): Promise<Denial | null> => {
  const key = keys.find(({ keyId }) => keyId === idOf(masterKeyUri));
  if (state !== 'ACTIVE' || key === undefined || key.arn === null || key.state === 'removed') return null;
  return denialOf(hsm, { keyId: key.keyId, organisationId, arn: key.arn });
};
