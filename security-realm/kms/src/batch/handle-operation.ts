import { sealResponse } from '@cloister/kms-channel';
import { CloisterError, type OperationFrame, type ResourceUri } from '@cloister/wire';
import { auditAllowed, auditRefused } from '../audit/audit-of.ts';
import { isTransient } from '../channel/is-transient.ts';
import type { KmsContext } from '../context.ts';
import type { Asked } from '../domain/asked.ts';
import { checkAsker } from '../domain/check-asker.ts';
import { asKmsError, failureOf } from '../domain/failure.ts';
import { checkTwoPart } from '../domain/two-part.ts';
import {
  changeElsewhere,
  closeElsewhere,
  type DecidedElsewhere,
  isElsewhere,
} from '../federation/changes/change-elsewhere.ts';
import { type Change, isChange } from '../operations/apply.ts';
import { type Changed, changeOnce } from '../operations/change-once.ts';
import { closeOperation, type OperationResult, recall } from '../operations/close-operation.ts';
import { requireMeetingElsewhere } from '../outside/require-meeting-elsewhere.ts';
import { findOperation } from '../store/operation-row.ts';
import { nameMessage, openMessage, RefusedRequest, resetFor, type SealedMessage } from './open-message.ts';
import { fillKeys, unwrapKeys } from './release.ts';

export type Operation = Omit<OperationFrame, 'type' | 'id'>;

/**
 * The sealed half of a two-part change (architecture §6): checked against the core's half, applied once, answered with a
 * sealed reply and a receipt. Refusals are as final as results, so that core and KMS cannot disagree later.
 * Null is silence: a fault that may pass, after which the core asks again.
 */
export const handleOperation = async (context: KmsContext, frame: Operation): Promise<OperationResult | null> => {
  try {
    const permit = await context.revocation.permit();
    const result = permit === null ? null : await answer(context, frame);
    // Its reply may hold keys, and now it leaves (wires.md §12).
    if (!permit?.holds()) throw new CloisterError('kms/unavailable', { detail: 'no lease, or a main key was revoked' });
    return result;
  } catch (error) {
    context.log.failure('operation.silent', error, { kind: frame.kind });
    return null;
  }
};

const answer = async (context: KmsContext, frame: Operation): Promise<OperationResult> => {
  const { message, reset } = await locate(context, frame);
  if (isElsewhere(context, frame)) return passOn(context, frame, message, reset);
  const known = await findOperation(context.database, frame.operationId);
  if (known !== null) {
    const recalled = await recall(context, frame, known);
    const applied = recalled.status < 400 && message !== null;
    return { ...recalled, reply: applied ? await replyAgain(context, frame, message) : null };
  }
  if (message === null) return closeOperation(context, frame, new CloisterError('kms/reset'), reset);
  return perform(context, frame, message);
};

/** The sealed half with its channel, or the reset to answer when that does not live. */
const locate = async (
  context: KmsContext,
  frame: Operation,
): Promise<{ message: SealedMessage | null; reset: string | null }> => {
  const named = nameMessage(context, frame.sealed);
  if (named?.form !== 'sealed') return { message: null, reset: null };
  const channel = (await context.channels.find([named.channelId])).get(named.channelId);
  if (channel !== undefined) return { message: { text: frame.sealed, jwe: named.jwe, channel }, reset: null };
  return { message: null, reset: await resetFor(context, frame, named.channelId) };
};

const perform = async (context: KmsContext, frame: Operation, message: SealedMessage): Promise<OperationResult> => {
  try {
    const { response, keys, receipt } = await applyHalf(context, frame, message);
    if (receipt === null) throw new CloisterError('kms/room-mismatch', { detail: 'it was a message of its own' });
    const filled = fillKeys(response, await unwrapKeys(context.kmsHost, context.keks, keys));
    return { status: response.status, reply: await sealResponse(message.channel.key, filled), receipt };
  } catch (error) {
    if (isTransient(error) || !(error instanceof CloisterError)) throw error;
    const reply =
      error instanceof RefusedRequest
        ? await sealResponse(message.channel.key, failureOf(error.requestId, error.error))
        : null;
    return closeOperation(context, frame, error, reply);
  }
};

type Elsewhere = Operation & { readonly resourceUri: ResourceUri };

/** A change of a room that is at home elsewhere: home decides, also on what is refused here (wires.md §13). */
const passOn = async (
  context: KmsContext,
  frame: Elsewhere,
  message: SealedMessage | null,
  reset: string | null,
): Promise<OperationResult> => {
  if (message === null) return { ...(await closeElsewhere(context, frame, 'kms/reset')), reply: reset };
  try {
    const { status, receipt, response, key } = await decideElsewhere(context, frame, message);
    const filled = response && fillKeys(response, await unwrapKeys(context.kmsHost, context.keks, key ? [key] : []));
    return { status, receipt, reply: filled && (await sealResponse(message.channel.key, filled)) };
  } catch (error) {
    if (isTransient(error) || !(error instanceof CloisterError)) throw error;
    const { status, receipt } = await closeElsewhere(context, frame, asKmsError(error).code);
    const told = error instanceof RefusedRequest ? failureOf(error.requestId, error.error) : null;
    return { status, receipt, reply: told && (await sealResponse(message.channel.key, told)) };
  }
};

/** @throws RefusedRequest for every refusal that somebody can read */
const decideElsewhere = async (
  context: KmsContext,
  frame: Elsewhere,
  message: SealedMessage,
): Promise<DecidedElsewhere> => {
  const { kind, roomId } = frame;
  const { asked } = await openMessage(context, frame, message, { kind, roomId });
  const { requestId } = asked.request;
  try {
    checkHalf(frame, asked);
    await requireMeetingElsewhere(context, frame);
    const decided = await changeElsewhere(context, frame, asked);
    const { response } = decided;
    const outcome = {
      resource: null,
      keys: [],
      subjects: [],
      keyUris: frame.keyUri === undefined ? [] : [frame.keyUri],
    };
    const isDone = response !== null && decided.status < 400;
    await context.audit.append([
      isDone
        ? auditAllowed(asked, { ...outcome, response }, context.now())
        : auditRefused(asked, new CloisterError('kms/peer-refused'), context.now()),
    ]);
    return { ...decided, response: response && { ...response, requestId } };
  } catch (error) {
    if (isTransient(error) || !(error instanceof CloisterError)) throw error;
    await context.audit.append([auditRefused(asked, error, context.now())]);
    throw new RefusedRequest(error, requestId);
  }
};

/** @throws RefusedRequest for every refusal that somebody can read */
const applyHalf = async (context: KmsContext, frame: Operation, message: SealedMessage): Promise<Changed> => {
  const { kind, roomId } = frame;
  const { asked } = await openMessage(context, frame, message, { kind, roomId });
  try {
    checkHalf(frame, asked);
    if (!isChange(asked)) throw new CloisterError('kms/room-mismatch');
    return await changeOnce(context, asked as Asked<Change>);
  } catch (error) {
    if (isTransient(error) || !(error instanceof CloisterError)) throw error;
    await context.audit.append([auditRefused(asked, error, context.now())]);
    throw new RefusedRequest(error, asked.request.requestId);
  }
};

const checkHalf = (frame: Operation, asked: Asked): void => {
  if (asked.operationId() !== frame.operationId) {
    throw new CloisterError('kms/invalid-request', { detail: 'the operation has another id' });
  }
  checkAsker(asked.caller, asked.request, asked.part.kind);
  checkTwoPart(frame, asked.request);
};

/** The reply once more, for whom the token still speaks; the receipt does not depend on it. */
const replyAgain = async (context: KmsContext, frame: Operation, message: SealedMessage): Promise<string | null> => {
  try {
    const { response, keys } = await applyHalf(context, frame, message);
    return await sealResponse(
      message.channel.key,
      fillKeys(response, await unwrapKeys(context.kmsHost, context.keks, keys)),
    );
  } catch (error) {
    context.log.failure('operation.reply-withheld', error, { kind: frame.kind });
    return null;
  }
};
