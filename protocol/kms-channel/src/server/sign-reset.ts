import { signCompact } from '@cloister/seal';
import { type ChannelUri, CloisterError, kmsReply } from '@cloister/wire';
import type { StaticSigner } from './answer-handshake.ts';

/**
 * Tells a client that its channel is unknown here: status 499, signed, cleartext (R306). The request cannot be read, so
 * beside the draft's members the reset names the channel; our clients accept it for no other.
 */
export async function signReset(
  { staticKey, alg = 'PS256' }: StaticSigner,
  { channelUri, requestId }: { readonly channelUri: ChannelUri; readonly requestId?: string },
): Promise<string> {
  const failure = kmsReply.failure(requestId ?? channelUri, new CloisterError('kms/reset'));
  const body = { ...failure, cloister: { ...failure.cloister, channel: channelUri } };
  return signCompact({ key: staticKey, alg }, JSON.stringify(body));
}
