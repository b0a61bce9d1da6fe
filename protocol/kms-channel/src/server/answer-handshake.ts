import { agreeKey, PrivateKey, type SecretKey, signCompact } from '@cloister/seal';
import {
  type ChannelRepresentation,
  type HandshakeResponse,
  instanceUri,
  type KmsHost,
  type KmsResponse,
  kmsReply,
  type Uuid,
} from '@cloister/wire';
import type { HandshakeRequest } from './open-handshake.ts';

/** PS256 is the draft's mandatory algorithm; RS256 serves clients that know only that (kms.md §1.2). */
export interface StaticSigner {
  readonly staticKey: PrivateKey;
  readonly alg?: 'PS256' | 'RS256';
}

export interface HandshakeTerms extends StaticSigner {
  readonly kmsHost: KmsHost;
  readonly request: HandshakeRequest;
  /** The authenticated person; not necessarily what the request says. */
  readonly userId: string;
  readonly channelId: Uuid;
  readonly now: Date;
  readonly expiresAt: Date;
}

export interface HandshakeAnswer {
  readonly jws: string;
  /** Its `kid` is the channel's address. */
  readonly channelKey: SecretKey;
  readonly channel: ChannelRepresentation;
}

/** The key server's half, with a fresh key of its own on the client's curve. */
export async function answerHandshake(terms: HandshakeTerms): Promise<HandshakeAnswer> {
  return answerWith(terms, await PrivateKey.generateEphemeral('ephemeral'));
}

/** {@link answerHandshake} with the ephemeral key given: for vectors. */
export async function answerWith(terms: HandshakeTerms, mine: PrivateKey): Promise<HandshakeAnswer> {
  const { request, kmsHost } = terms;
  const uri = instanceUri(kmsHost, 'ecdhe', terms.channelId);
  const { kty, crv, x, y } = request.jwk;
  const channelKey = await agreeKey(uri, mine, { kty, crv, x, y });
  const channel: ChannelRepresentation = {
    uri,
    jwk: mine.publicJwk as ChannelRepresentation['jwk'],
    userId: terms.userId,
    clientId: request.client.clientId,
    createDate: terms.now.toISOString(),
    expirationDate: terms.expiresAt.toISOString(),
  };
  return { jws: await signAnswer(terms, kmsReply.channel(request.requestId, channel)), channelKey, channel };
}

/**
 * Refuses a handshake. Only for faults that stay: the published client repeats the error for ever (kms.md §1.4), so a
 * passing fault is answered with silence.
 */
export const refuseHandshake = (signer: StaticSigner, failure: KmsResponse): Promise<string> =>
  signAnswer(signer, failure);

const signAnswer = ({ staticKey, alg = 'PS256' }: StaticSigner, body: HandshakeResponse | KmsResponse) =>
  signCompact({ key: staticKey, alg }, JSON.stringify(body));
