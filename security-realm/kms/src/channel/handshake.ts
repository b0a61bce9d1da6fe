import {
  answerHandshake,
  type HandshakeRequest,
  openHandshake,
  refuseHandshake,
  verifyProof,
} from '@cloister/kms-channel';
import type { PrivateKey } from '@cloister/seal';
import { CloisterError, kmsReply, type MachineId } from '@cloister/wire';
import { asker as auditedAsker } from '../audit/audit-of.ts';
import type { KmsContext } from '../context.ts';
import { checkAsker } from '../domain/check-asker.ts';
import { CHANNEL_LIFETIME_MS } from '../keys/channel-day.ts';
import { type Asker, authenticate, type Caller } from './authenticate.ts';
import { isExpired } from './is-expired.ts';
import { isTransient } from './is-transient.ts';

/**
 * Answers a handshake (kms.md §1.4; R300, R302, R303), or keeps silent: about what cannot be opened, about what may pass,
 * and when the person asks too often. Only a fault that stays is answered with an error.
 */
export const answerHandshakeMessage = async (
  context: KmsContext,
  asker: Asker,
  message: string,
): Promise<string | null> => {
  const { kmsHost, log } = context;
  const now = context.now();
  if (!budgetOf(context, asker).take(asker.userId, now.getTime())) return null;
  const opened = await open(context, message);
  if (opened === null) return null;
  const { request, staticKey } = opened;
  try {
    const caller = authenticate(context, request.client.credential, asker, now);
    checkAsker(caller, request, 'message');
    await checkPossession(context, request, caller, now);
    return await openChannel({ ...context, staticKey }, request, caller, now);
  } catch (error) {
    if (isTransient(error) || isExpired(request.client.credential.bearer, now)) {
      log.failure('handshake.silent', error, { kmsHost });
      return null;
    }
    const known = error instanceof CloisterError ? error : new CloisterError('kms/internal');
    log.event('handshake.refused', { code: known.code });
    return refuseHandshake({ staticKey }, kmsReply.failure(request.requestId, known));
  }
};

const budgetOf = ({ limits, status }: KmsContext, { userId }: Asker) =>
  status.machine(userId as string as MachineId) === undefined ? limits.handshakes : limits.machineHandshakes;

/** What does not open has no requestId to answer to, so nobody could read the answer. */
const open = async (
  { staticKey, otherStaticKeys, kmsHost, log }: KmsContext,
  message: string,
): Promise<{ readonly request: HandshakeRequest; readonly staticKey: PrivateKey } | null> => {
  let fault: unknown;
  // The one that the client knows, which is the one it will check the answer by.
  for (const key of [staticKey, ...otherStaticKeys]) {
    try {
      return { request: await openHandshake(key, message, kmsHost), staticKey: key };
    } catch (error) {
      fault ??= error;
    }
  }
  log.event('handshake.unreadable', { code: fault instanceof CloisterError ? fault.code : 'unknown' });
  return null;
};

/** wires.md §2: a bound token needs the proof of its key, for this channel; an unbound one must bring none. */
const checkPossession = async (
  { kmsHost }: KmsContext,
  { client, jwk }: HandshakeRequest,
  { jkt }: Caller,
  now: Date,
): Promise<void> => {
  const { proof, bearer } = client.credential;
  if (jkt === null && proof === undefined) return;
  if (jkt === null || proof === undefined) throw new CloisterError('kms/unauthenticated');
  const channelJwk = { kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y };
  if ((await verifyProof(proof, { bearer, channelJwk, kmsHost, now })) !== jkt) {
    throw new CloisterError('kms/unauthenticated');
  }
};

const openChannel = async (
  { staticKey, kmsHost, channels, newId, audit }: KmsContext,
  request: HandshakeRequest,
  caller: Caller,
  now: Date,
): Promise<string> => {
  const { personId, organisationId, jkt } = caller;
  const channelId = newId();
  const expiresAt = new Date(now.getTime() + CHANNEL_LIFETIME_MS);
  const { jws, channelKey } = await answerHandshake({
    staticKey,
    kmsHost,
    request,
    userId: personId,
    channelId,
    now,
    expiresAt,
  });
  const { clientId } = request.client;
  await Promise.all([
    channels.keep({ channelId, organisationId, personId, clientId, jkt, key: channelKey, expiresAt }),
    audit.append([{ at: now.toISOString(), action: 'openChannel', outcome: 'allowed', ...auditedAsker(caller) }]),
  ]);
  return jws;
};
