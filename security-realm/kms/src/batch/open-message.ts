import { routeOf, signReset } from '@cloister/kms-channel';
import { type Jwe, openDir, parseJwe } from '@cloister/seal';
import { operationId } from '@cloister/verify';
import {
  type ChannelUri,
  CloisterError,
  type KmsRequest,
  maxKmsMessageLength,
  parseKmsRequest,
  requestIdOf,
  splitInstanceUri,
  type UserId,
} from '@cloister/wire';
import { type Asker, authenticate } from '../channel/authenticate.ts';
import type { Channel } from '../channel/channel-store.ts';
import type { KmsContext } from '../context.ts';
import type { Asked } from '../domain/asked.ts';

/** Where a message belongs; null for what is neither of the two, and gets no answer. */
export type Named =
  | { readonly form: 'handshake' }
  | { readonly form: 'sealed'; readonly channelId: string; readonly jwe: Jwe }
  | null;

/** Reads a message's form, before anything in it is authentic: `RSA1_5`, `zip`, `crit` and the like end here (R306). */
export const nameMessage = ({ kmsHost }: Pick<KmsContext, 'kmsHost'>, message: string): Named => {
  try {
    const jwe = parseJwe(message, { algorithms: ['dir', 'RSA-OAEP', 'RSA-OAEP-256'], maxLength: maxKmsMessageLength });
    if (jwe.alg !== 'dir') return routeOf(message).form === 'handshake' ? { form: 'handshake' } : null;
    const address = splitInstanceUri(jwe.kid, 'ecdhe');
    return address?.host === kmsHost ? { form: 'sealed', channelId: address.id, jwe } : null;
  } catch {
    return null;
  }
};

/** A request that was opened and whose caller is authentic. */
export type Opened = { readonly asked: Asked; readonly channel: Channel };

/** A refusal of something sealed in a living channel: it can be answered there, to its requestId. */
export class RefusedRequest extends CloisterError {
  readonly error: CloisterError;
  readonly requestId: string;

  constructor(error: CloisterError, requestId: string) {
    super(error.code, { detail: error.detail, cause: error });
    this.error = error;
    this.requestId = requestId;
  }
}

/** A message with the channel that it names. */
export type SealedMessage = { readonly text: string; readonly jwe: Jwe; readonly channel: Channel };

/**
 * Opens a message of a channel and authenticates who sent it, each time anew (kms.md §1.4): the bearer inside, the person
 * whom the channel and the core name, the client, and the key that tokens of this channel are bound to (wires.md §2).
 * @throws RefusedRequest once there is somebody to answer; CloisterError for what this channel did not seal
 */
export const openMessage = async (
  context: KmsContext,
  asker: Asker,
  { text, jwe, channel }: SealedMessage,
  part: Asked['part'],
): Promise<Opened> => {
  const request = parse(await openDir(channel.key, jwe), context);
  try {
    const caller = authenticate(context, request.client.credential, asker, context.now());
    const bound =
      caller.personId === channel.personId &&
      caller.organisationId === channel.organisationId &&
      request.client.clientId === channel.clientId &&
      caller.jkt === channel.jkt;
    if (!bound) throw new CloisterError('kms/unauthenticated', { detail: 'the channel is bound to another client' });
    const ofText = () => operationId(caller.personId as UserId, text);
    return { asked: { request, caller, part, operationId: ofText }, channel };
  } catch (error) {
    if (error instanceof CloisterError) throw new RefusedRequest(error, request.requestId);
    throw error;
  }
};

const parse = (bytes: Uint8Array, { kmsHost }: Pick<KmsContext, 'kmsHost'>): KmsRequest => {
  try {
    const request = parseKmsRequest(bytes, kmsHost);
    if (request.operation === 'createEphemeralKey') throw new CloisterError('kms/invalid-request');
    return request;
  } catch (error) {
    const requestId = requestIdOf(bytes);
    if (error instanceof CloisterError && requestId !== null) throw new RefusedRequest(error, requestId);
    throw error;
  }
};

/** The signed answer to a message of a channel that is unknown or expired (R305, R306), as often as one may ask for it. */
export const resetFor = async (
  { staticKey, kmsHost, limits, now }: KmsContext,
  asker: Asker,
  channelId: string,
): Promise<string | null> => {
  if (!limits.resets.take(asker.userId, now().getTime())) return null;
  return signReset({ staticKey }, { channelUri: `kms://${kmsHost}/ecdhe/${channelId}` as ChannelUri });
};
