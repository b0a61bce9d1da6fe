import {
  type ChangeDecided,
  CloisterError,
  changeDecided,
  type ErrorCode,
  hostOf,
  kmsReply,
  type OperationFrame,
  type ResourceUri,
} from '@cloister/wire';
import type { KmsContext } from '../../context.ts';
import { type Asked, asks, type RequestOf } from '../../domain/asked.ts';
import { representKey } from '../../domain/represent.ts';
import type { KeyRow } from '../../store/key-row.ts';
import { claimKeyElsewhere } from '../keys/claim-key-elsewhere.ts';
import { type AskedOfHome, type CheckedDecision, checkDecided } from './check-decided.ts';
import { publishedRequest } from './published-request.ts';

type Frame = Omit<OperationFrame, 'type' | 'id'>;

/** What home decided, and the own key that is to be given with the answer. */
export type DecidedElsewhere = ChangeDecided & { readonly key: KeyRow | null };

/** Whether a change is of a room that is at home elsewhere. A create never is. */
export const isElsewhere = (
  { kmsHost }: Pick<KmsContext, 'kmsHost'>,
  frame: Frame,
): frame is Frame & { readonly resourceUri: ResourceUri } =>
  frame.kind !== 'create' && frame.resourceUri !== undefined && hostOf(frame.resourceUri) !== kmsHost;

/**
 * Passes a change on to its home, which alone decides (wires.md §13). An own key is bound here first: should home refuse,
 * nobody reads it but the people of that list.
 * @throws CloisterError `kms/…` for what is refused here and must be closed at home; `kms/peer-…` for what may pass
 */
export const changeElsewhere = async (
  context: KmsContext,
  frame: Frame & { readonly resourceUri: ResourceUri },
  asked: Asked,
): Promise<DecidedElsewhere> => {
  const { operationId, kind, roomId, userId, organisationId, subjects, keyUri, resourceUri } = frame;
  const request = publishedRequest(asked.request);
  const key = asks(asked, 'bindKey') ? await claim(context, asked) : null;
  const body = {
    operationId,
    kind,
    roomId,
    actor: { id: userId, organisationId },
    resourceUri,
    subjects,
    ...(keyUri === undefined ? {} : { keyUri }),
    clientId: asked.request.client.clientId,
    request,
  };
  const { claims, ...decided } = await askHome(context, body, '/federation/v1/changes', body);
  if (key === null || decided.status >= 400 || decided.response === null) return { ...decided, key: null };
  const listVersion = claims.authorizationVersion ?? 0;
  const bound = representKey(context.kmsHost, key, { listVersion, roomId });
  return { ...decided, response: kmsReply.key(asked.request.requestId, bound), key };
};

/** Closes at home what was refused here: two realms that each decide could contradict each other. */
export const closeElsewhere = (
  context: KmsContext,
  frame: Frame & { readonly resourceUri: ResourceUri },
  code: ErrorCode,
): Promise<ChangeDecided> => {
  const { operationId, kind, roomId, userId, organisationId, resourceUri } = frame;
  const closure = { operationId, kind, roomId, actor: { id: userId, organisationId } };
  return askHome(context, { ...closure, resourceUri }, '/federation/v1/closures', { ...closure, code });
};

const claim = (context: KmsContext, { request, caller }: Asked<RequestOf<'bindKey'>>): Promise<KeyRow> => {
  if (hostOf(request.keyUri) !== context.kmsHost) throw new CloisterError('kms/not-authorized');
  return claimKeyElsewhere(context, caller, request);
};

const askHome = async (
  { askPeer, receiptKeyOf, foreignLists, log }: KmsContext,
  asked: AskedOfHome,
  path: '/federation/v1/changes' | '/federation/v1/closures',
  body: object,
): Promise<ChangeDecided & CheckedDecision> => {
  const { resourceUri } = asked;
  const home = hostOf(resourceUri);
  const answer = await askPeer(home, { method: 'POST', path, body, answer: changeDecided });
  // Nothing is decided: the core asks again.
  if (answer.isRefused) throw new CloisterError('kms/peer-refused', { detail: answer.code });
  try {
    const checked = await checkDecided(receiptKeyOf, asked, answer.value);
    const { authorizationVersion } = checked.claims;
    // Home tells everybody else; who asked knows it by the answer.
    if (authorizationVersion !== null) {
      await foreignLists.recall({ kmsHost: home }, { resourceUri, authorizationVersion, revocationEpoch: 0 });
    }
    return { ...answer.value, ...checked };
  } catch (error) {
    log.failure('peer.decision-refused', error, { kmsHost: home });
    throw error;
  }
};
