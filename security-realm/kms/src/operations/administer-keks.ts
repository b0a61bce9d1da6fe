import type { Queries } from '@cloister/database';
import {
  CloisterError,
  hostOf,
  idOf,
  instanceUri,
  type KmsResponse,
  kmsReply,
  type OrganisationId,
  type Uuid,
  type WrappingKeyRepresentation,
} from '@cloister/wire';
import type { Caller } from '../channel/authenticate.ts';
import type { KmsContext } from '../context.ts';
import type { Asked, RequestOf } from '../domain/asked.ts';
import { checkAdministrator } from '../domain/check-administrator.ts';
import type { Outcome } from '../domain/outcome.ts';
import {
  insertKekGeneration,
  type KekGenerationRow,
  kekGenerations,
  setKekActive,
} from '../store/kek-generation-row.ts';

/**
 * `create /kek` (kms.md §1.6): new content keys are wrapped under it from now on. Unlike the draft's, the one before stays
 * active, since what is inactive is released to nobody: a rotation must not take away what was written.
 */
export const createKek = async (
  context: KmsContext,
  tx: Queries,
  { request, caller }: Asked<RequestOf<'createKek'>>,
): Promise<Outcome> => {
  checkAdministrator(context, caller, request);
  const { organisationId } = caller;
  const made = { generationId: context.newId(), organisationId, createdAt: context.now() };
  return outcome(context, request.requestId, await insertKekGeneration(tx, made));
};

/** `update <kek> {state}`: inactive, it releases no key until it is active again. */
export const updateKek = async (
  context: KmsContext,
  tx: Queries,
  { request, caller }: Asked<RequestOf<'updateKek'>>,
): Promise<Outcome> => {
  checkAdministrator(context, caller, request);
  if (hostOf(request.kekUri) !== context.kmsHost) throw new CloisterError('kms/unsupported');
  const named = { generationId: idOf(request.kekUri), organisationId: caller.organisationId };
  const changed = await setKekActive(tx, named, request.state === 'active');
  if (changed === null) throw new CloisterError('kms/not-found', { detail: 'a KEK' });
  return outcome(context, request.requestId, changed);
};

/** `retrieve /kek`: the organisation's, newest first. */
export const listKeks = async (
  context: KmsContext,
  caller: Caller,
  asked: { readonly requestId: string; readonly organisationId?: string | undefined },
): Promise<KmsResponse> => {
  checkAdministrator(context, caller, asked);
  const rows = await kekGenerations(context.database, caller.organisationId);
  return kmsReply.wrappingKeys(
    asked.requestId,
    rows.map((row) => represent(context, row)),
  );
};

/** `retrieve /cmk` in the draft's form: the realm's default main key, which is of no organisation of its own. */
export const listDefaultMasterKey = async (
  context: KmsContext,
  caller: Caller,
  requestId: string,
): Promise<KmsResponse> => {
  checkAdministrator(context, caller);
  const { keyId, keystore } = await context.mainKey();
  const uri = instanceUri(context.kmsHost, 'cmk', keyId as Uuid);
  return kmsReply.wrappingKeys(requestId, [{ uri, state: 'active', assignedOrgId: null, cloister: { keystore } }]);
};

const represent = ({ kmsHost }: KmsContext, row: KekGenerationRow): WrappingKeyRepresentation => ({
  uri: instanceUri(kmsHost, 'kek', row.generationId as Uuid),
  state: row.active ? 'active' : 'inactive',
  assignedOrgId: row.organisationId as OrganisationId,
});

const outcome = (context: KmsContext, requestId: string, row: KekGenerationRow): Outcome => {
  const uri = instanceUri(context.kmsHost, 'kek', row.generationId as Uuid);
  const response = kmsReply.kek(requestId, uri, row.active ? 'active' : 'inactive');
  return { response, keys: [], resource: null, subjects: [], keyUris: [], kekId: row.generationId };
};
