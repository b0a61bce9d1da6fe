import {
  type ChangeAsked,
  type ChangeDecided,
  CloisterError,
  type ClosureAsked,
  type CompactJws,
  hostOf,
  idOf,
  type KmsRequest,
  parseKmsRequest,
} from '@cloister/wire';
import { auditRefused } from '../../audit/audit-of.ts';
import { isTransient } from '../../channel/is-transient.ts';
import type { KmsContext } from '../../context.ts';
import type { Asked } from '../../domain/asked.ts';
import { notAuthorizedOn } from '../../domain/decide-retrieval.ts';
import { failureOf } from '../../domain/failure.ts';
import { checkTwoPart } from '../../domain/two-part.ts';
import { type Change, isChange } from '../../operations/apply.ts';
import { changeOnce } from '../../operations/change-once.ts';
import { closeOperation, recall } from '../../operations/close-operation.ts';
import { openResult } from '../../operations/stored-result.ts';
import { authorizationsOf } from '../../store/authorization-row.ts';
import { findOperation, type OperationRow } from '../../store/operation-row.ts';
import type { PeerRealm } from '../http/route.ts';

/**
 * Home's decision on a change that somebody's own key server passes on, as on one of its own people (wires.md §13): made
 * once, refused for good, with a receipt either way.
 * @throws CloisterError `kms/not-authorized` when it is not that realm's to ask, and nothing is decided; `kms/unavailable`
 */
export const decideForPeer = async (
  context: KmsContext,
  peer: PeerRealm,
  asked: ChangeAsked,
): Promise<ChangeDecided> => {
  requireOwn(peer, asked);
  const permit = await context.revocation.permit();
  const decided = permit === null ? null : await decide(context, peer, asked);
  if (decided === null || !permit?.holds()) throw new CloisterError('kms/unavailable');
  return decided;
};

/** What became of a change that the own key server refused: closed here for good, unless it was decided before. */
export const closeForPeer = async (
  context: KmsContext,
  peer: PeerRealm,
  asked: ClosureAsked,
): Promise<ChangeDecided> => {
  requireOwn(peer, asked);
  const known = await findOperation(context.database, asked.operationId);
  if (known !== null) return again(context, asked, known);
  const { status, receipt } = await closeOperation(context, askingOf(asked), new CloisterError(asked.code), null);
  return { status, receipt: receipt as CompactJws, response: null };
};

/** A realm asks for its own people alone. */
const requireOwn = ({ organisationIds }: PeerRealm, { actor }: Pick<ChangeAsked, 'actor'>): void => {
  if (!organisationIds.includes(actor.organisationId)) throw new CloisterError('kms/not-authorized');
};

const askingOf = ({ operationId, kind, roomId, actor }: ClosureAsked | ChangeAsked) => ({
  operationId,
  kind,
  roomId,
  userId: actor.id,
  organisationId: actor.organisationId,
});

const decide = async (context: KmsContext, peer: PeerRealm, asked: ChangeAsked): Promise<ChangeDecided> => {
  const known = await findOperation(context.database, asked.operationId);
  if (known !== null) return again(context, asked, known);
  let request: KmsRequest | null = null;
  try {
    request = read(context, peer, asked);
    const half = halfOf(asked, request);
    try {
      if (!isChange(half)) throw new CloisterError('kms/room-mismatch');
      await requireListed(context, asked);
      return decidedOf(await changeOnce(context, half as Asked<Change>));
    } catch (error) {
      if (error instanceof CloisterError && !isTransient(error)) {
        await context.audit.append([auditRefused(half, error, context.now())]);
      }
      throw error;
    }
  } catch (error) {
    if (isTransient(error) || !(error instanceof CloisterError)) throw error;
    const { status, receipt } = await closeOperation(context, askingOf(asked), error, null);
    const response = request === null ? null : failureOf(request.requestId, error);
    return { status, receipt: receipt as CompactJws, response };
  }
};

const decidedOf = ({ response, receipt }: Awaited<ReturnType<typeof changeOnce>>): ChangeDecided => {
  if (receipt === null) throw new CloisterError('kms/internal');
  return { status: response.status, receipt: receipt as CompactJws, response };
};

/** The stored outcome once more; its response too, for whom it was made. */
const again = async (
  context: KmsContext,
  asked: ClosureAsked | ChangeAsked,
  known: OperationRow,
): Promise<ChangeDecided> => {
  const { status, receipt } = await recall(context, askingOf(asked), known);
  const isTheirs = status < 400 && known.receipt === receipt;
  return { status, receipt: receipt as CompactJws, response: isTheirs ? await openResult(context, known) : null };
};

/** @throws CloisterError `kms/…`, `wire/…` for what is no half of this very change */
const read = ({ kmsHost }: KmsContext, { kmsHost: peer }: PeerRealm, asked: ChangeAsked): KmsRequest => {
  const { actor, clientId, kind, roomId, subjects, resourceUri, keyUri } = asked;
  // No token crosses from one realm to another: the peer has verified it, and answers for its people.
  const client = { clientId, credential: { userId: actor.id, bearer: 'verified-by-its-own-key-server' } };
  const request = parseKmsRequest({ ...asked.request, client }, kmsHost);
  if (hostOf(resourceUri) !== kmsHost)
    throw new CloisterError('kms/room-mismatch', { detail: 'it is at home elsewhere' });
  // What a peer binds it must have made: it is asked for it.
  if (keyUri !== undefined && hostOf(keyUri) !== peer) throw new CloisterError('kms/not-authorized');
  const outer = { kind, roomId, userId: actor.id, deviceId: null, resourceUri, subjects };
  checkTwoPart({ ...outer, ...(keyUri === undefined ? {} : { keyUri }) }, request);
  return request;
};

const halfOf = ({ actor, kind, roomId, operationId }: ChangeAsked, request: KmsRequest): Asked => ({
  request,
  caller: { personId: actor.id, organisationId: actor.organisationId, jkt: null, purpose: null },
  part: { kind, roomId },
  operationId: () => operationId,
});

/** The actor stands on the list as somebody of that organisation: identity's word when they were added, not the peer's. */
const requireListed = async (
  { database, kmsHost, now }: KmsContext,
  { actor, resourceUri }: ChangeAsked,
): Promise<void> => {
  const list = await authorizationsOf(database, idOf(resourceUri), now());
  const row = list.find(({ subjectKind, subjectId }) => subjectKind === 'person' && subjectId === actor.id);
  if (row?.subjectOrganisationId === actor.organisationId) return;
  throw notAuthorizedOn(kmsHost, actor.id, idOf(resourceUri));
};
