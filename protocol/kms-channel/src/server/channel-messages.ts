import { openDir, parseJwe, type SecretKey, sealDir } from '@cloister/seal';
import {
  CloisterError,
  type KmsHost,
  type KmsRequest,
  type KmsResponse,
  parseKmsRequest,
  writeKmsResponse,
} from '@cloister/wire';

/**
 * Opens a request of the channel whose address is the key's `kid`. The token inside is the caller's to check, each time.
 * @throws CloisterError `seal/…`, `wire/…`, `kms/invalid-request` for a handshake inside a channel
 */
export async function openRequest(channelKey: SecretKey, message: string, own: KmsHost): Promise<KmsRequest> {
  const jwe = parseJwe(message, { algorithms: ['dir'] });
  if (jwe.kid !== channelKey.kid) throw new CloisterError('seal/invalid-key', { detail: 'another channel' });
  const request = parseKmsRequest(await openDir(channelKey, jwe), own);
  if (request.operation === 'createEphemeralKey') throw new CloisterError('kms/invalid-request');
  return request;
}

/** Seals a reply, refusals included; its header names the channel. */
export const sealResponse = (channelKey: SecretKey, response: KmsResponse): Promise<string> =>
  sealDir({ key: channelKey, kid: channelKey.kid }, writeKmsResponse(response));
