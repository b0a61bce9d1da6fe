import type { Queries } from '@cloister/database';
import { parseReceipt } from '@cloister/receipts';
import { CloisterError, idOf, type KmsResponse, type OrganisationId, type UserId } from '@cloister/wire';
import { auditAllowed } from '../audit/audit-of.ts';
import type { KmsContext } from '../context.ts';
import type { Asked } from '../domain/asked.ts';
import { checkSameRequest, clientDigest, fingerprint } from '../domain/fingerprint.ts';
import type { Outcome } from '../domain/outcome.ts';
import { invitesOthers } from '../federation/lists/invites-others.ts';
import { withPeople } from '../federation/people/with-people.ts';
import type { Kek } from '../keys/kek-store.ts';
import { requireTold } from '../leavers/require-told.ts';
import { type Prepared, prepare } from '../master-keys/operations/prepare.ts';
import { outsideChanges } from '../outside/operations/change-outside.ts';
import type { KeyRow } from '../store/key-row.ts';
import {
  completeOperation,
  findOperation,
  findRequest,
  insertOperation,
  noResult,
  type OperationRow,
} from '../store/operation-row.ts';
import { lockResource } from '../store/resource-row.ts';
import { apply, type Change } from './apply.ts';
import { keysOfResponse } from './keys-of-response.ts';
import { signApplied } from './sign-outcome.ts';
import { openResult, resultKek, sealResult } from './stored-result.ts';

/** A change that is in the database, and what may be told of it. The response's keys are still to be filled in. */
export type Changed = {
  readonly response: KmsResponse;
  readonly keys: readonly KeyRow[];
  readonly receipt: string | null;
};

/** Where the operation's row stands before the work: nobody else sees it until the commit. */
const UNDECIDED = 0;

/**
 * Makes a change once (architecture §5): the same sealed bytes, or the same requestId of the same person and device with
 * the same operation, find the first one's result; another operation under that requestId is refused.
 * The audit is durable before the change is.
 * @throws CloisterError a `kms/…` refusal, which leaves nothing behind
 */
export const changeOnce = async (context: KmsContext, asked: Asked<Change>): Promise<Changed> => {
  const kek = await resultKek(context, asked.caller.organisationId);
  const prepared = await prepare(context, asked);
  const informed = await withPeople(context, asked.request);
  const changed = await context.database.transaction(async (tx) => {
    const row = rowOf(asked);
    if (await insertOperation(tx, row, context.now())) return perform(informed, tx, { asked, prepared }, row, kek);
    return repeat(context, tx, asked, row, kek);
  });
  if (outsideChanges.some((operation) => operation === asked.request.operation)) void context.news?.tell();
  else context.news?.changed();
  if (invitesOthers(informed, asked.request)) context.news?.added();
  return changed;
};

const rowOf = ({ request, caller, part, operationId }: Asked<Change>): OperationRow => ({
  operationId: operationId(),
  organisationId: caller.organisationId,
  personId: caller.personId,
  kind: part.kind,
  roomId: part.kind === 'message' ? null : part.roomId,
  resourceId: null,
  clientDigest: clientDigest(request.client.clientId),
  requestId: request.requestId,
  fingerprint: fingerprint(request),
  status: UNDECIDED,
  receipt: null,
  ...noResult,
});

const perform = async (
  context: KmsContext,
  tx: Queries,
  { asked, prepared }: { readonly asked: Asked<Change>; readonly prepared: Prepared | null },
  row: OperationRow,
  kek: Kek,
): Promise<Changed> => {
  const outcome = await apply(context, tx, asked, prepared);
  const receipt = await receiptOf(context, tx, asked, outcome);
  await completeOperation(tx, row.operationId, {
    resourceId: outcome.resource?.resourceId ?? null,
    status: outcome.response.status,
    receipt,
    result: sealResult(kek, row, outcome.response),
  });
  await context.audit.append([auditAllowed(asked, outcome, context.now())]);
  return { response: outcome.response, keys: outcome.keys, receipt };
};

const receiptOf = async (
  context: KmsContext,
  tx: Queries,
  { part, caller, operationId }: Asked,
  { resource, response, subjects, keyUris }: Outcome,
): Promise<string | null> => {
  if (part.kind === 'message') return null;
  if (resource === null) throw new CloisterError('kms/internal');
  await requireTold(tx, resource.resourceId, subjects);
  const signed = {
    ...part,
    operationId: operationId(),
    userId: caller.personId as UserId,
    organisationId: caller.organisationId as OrganisationId,
  };
  return signApplied(context, tx, signed, {
    resource,
    status: response.status,
    subjects: [...subjects],
    keyUris: [...keyUris],
  });
};

/** Somebody asked this before: they, or a copy of theirs. The keys in it are decided anew. */
const repeat = async (
  context: KmsContext,
  tx: Queries,
  asked: Asked<Change>,
  row: OperationRow,
  kek: Kek,
): Promise<Changed> => {
  const same = await findOperation(tx, row.operationId);
  const known = same ?? (await knownRequest(tx, row));
  if (known.kind === 'closed' || known.status >= 400) throw new CloisterError('kms/operation-closed');
  checkSameRequest(known, row);
  const stored = await openResult(context, known);
  const response = { ...stored, requestId: asked.request.requestId };
  const keys = await keysOfResponse(context, tx, asked.caller, response);
  const again = { response, keys, resource: null, subjects: [], keyUris: [] };
  const receipt = same === null ? await signAgain(context, tx, asked, row, known, response, kek) : known.receipt;
  await context.audit.append([auditAllowed(asked, again, context.now())]);
  return { response, keys, receipt };
};

const knownRequest = async (
  tx: Queries,
  { personId, clientDigest, requestId }: OperationRow,
): Promise<OperationRow> => {
  const known = clientDigest && requestId ? await findRequest(tx, { personId, clientDigest, requestId }) : null;
  if (known === null) throw new CloisterError('kms/unavailable');
  return known;
};

/**
 * The same request in other sealed bytes is another operation to the core, which waits for a receipt of that id: it gets
 * one, next in the chain, that says what the first did. Only while it is still so: after another change of the list the
 * core would apply what the key server has long undone.
 */
const signAgain = async (
  context: KmsContext,
  tx: Queries,
  asked: Asked<Change>,
  row: OperationRow,
  known: OperationRow,
  response: KmsResponse,
  kek: Kek,
): Promise<string | null> => {
  if (asked.part.kind === 'message' || known.receipt === null) return null;
  const { claims } = parseReceipt(known.receipt);
  if (claims.resourceUri === null) throw new CloisterError('kms/internal');
  const resource = await lockResource(tx, idOf(claims.resourceUri));
  if (resource?.listVersion !== claims.authorizationVersion) throw new CloisterError('kms/operation-closed');
  const subjects = [...claims.subjects];
  const receipt = await receiptOf(context, tx, asked, {
    response,
    keys: [],
    resource,
    subjects,
    keyUris: [...claims.keyUris],
  });
  const alias = {
    ...row,
    resourceId: known.resourceId,
    clientDigest: null,
    requestId: null,
    fingerprint: known.fingerprint,
  };
  await insertOperation(
    tx,
    { ...alias, status: known.status, receipt, ...sealResult(kek, row, response) },
    context.now(),
  );
  return receipt;
};
