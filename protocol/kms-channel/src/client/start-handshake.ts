import type { TrustedKmsKey } from '@cloister/certs';
import {
  type Awaitable,
  agreeKey,
  type EcPublicJwk,
  PrivateKey,
  sealRsaOaep,
  thumbprint,
  verifyCompact,
} from '@cloister/seal';
import { CloisterError, parseHandshakeResponse } from '@cloister/wire';
import { refusalOf } from '../refusal.ts';
import { channelOf } from './channel-terms.ts';
import { KeyChannel } from './key-channel.ts';

export interface HandshakeInput {
  /** The key server's key after `checkKmsCertificate`: no other will do. */
  readonly staticKey: TrustedKmsKey;
  /** The device's URL. */
  readonly clientId: string;
  readonly userId: string;
  /** The KMS token, without the word Bearer. */
  readonly bearer: string;
  /** Makes the proof a bound token needs; see `signProof`. It is given this handshake's public key. */
  readonly proof?: (channelJwk: EcPublicJwk) => Awaitable<string>;
  readonly requestId: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A handshake under way: send `message`, then give the signed answer to `finish`. */
export interface Handshake {
  readonly message: string;
  readonly requestId: string;
  /**
   * Usable once. @throws CloisterError `channel/untrusted-answer` for an answer that is not the key server's to this
   * request, which leaves the handshake open for the right one; `kms/…` for a refusal by the key server
   */
  finish(answer: string): Promise<KeyChannel>;
}

/** The client's half of the ECDHE handshake with a fresh ephemeral key (kms.md §1.4; R300, R302, R303). */
export async function startHandshake(input: HandshakeInput): Promise<Handshake> {
  const ephemeral = await PrivateKey.generateEphemeral('ephemeral');
  return handshakeWith(input, ephemeral, { ...ephemeral.publicJwk, kid: await thumbprint(ephemeral.publicJwk) });
}

/** {@link startHandshake} with the ephemeral key given: for vectors. */
export async function handshakeWith(
  input: HandshakeInput,
  ephemeral: PrivateKey,
  jwk: EcPublicJwk & { readonly kid: string },
): Promise<Handshake> {
  const { staticKey, requestId } = input;
  const proof = await input.proof?.(jwk);
  const credential = { userId: input.userId, bearer: input.bearer, ...(proof === undefined ? {} : { proof }) };
  const request = {
    method: 'create',
    uri: `kms://${staticKey.host}/ecdhe`,
    jwk: { kty: jwk.kty, kid: jwk.kid, crv: jwk.crv, x: jwk.x, y: jwk.y },
    requestId,
    client: { clientId: input.clientId, credential },
  };
  let mine: PrivateKey | null = ephemeral;
  return {
    message: await sealRsaOaep({ jwk: staticKey.jwk, kid: staticKey.kid }, JSON.stringify(request)),
    requestId,
    async finish(answer) {
      if (mine === null) throw new CloisterError('channel/untrusted-answer', { detail: 'the handshake is over' });
      const response = await trustedAnswer(answer, input);
      const refusal = refusalOf(response);
      if (refusal !== null) {
        mine = null;
        throw refusal;
      }
      const { uri, theirs, expiresAt } = channelOf(response, input);
      const key = await agreeKey(uri, mine, theirs);
      mine = null;
      return new KeyChannel({ uri, key, staticKey, expiresAt, now: input.now });
    },
  };
}

/** Signed by the static key, and to this request (threats.md row 20). */
async function trustedAnswer(answer: string, { staticKey, requestId }: HandshakeInput) {
  try {
    const keys = { [staticKey.kid]: staticKey.jwk };
    const jws = await verifyCompact(answer, { keys, algorithms: ['PS256', 'RS256'] });
    const response = parseHandshakeResponse(jws.payload);
    if (response.requestId === requestId) return response;
  } catch (cause) {
    throw new CloisterError('channel/untrusted-answer', { cause });
  }
  throw new CloisterError('channel/untrusted-answer', { detail: 'another request' });
}
