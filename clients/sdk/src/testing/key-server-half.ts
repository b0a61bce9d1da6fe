import { checkKmsCertificate, issueKmsCertificate, makeRoot, rootsFromPem, type TrustedKmsKey } from '@cloister/certs';
import { answerHandshake, openHandshake, openRequest, routeOf, sealResponse, signReset } from '@cloister/kms-channel';
import { PrivateKey, type SecretKey } from '@cloister/seal';
import { type ChannelUri, type KmsRequest, type KmsResponse, newId, parseKmsHost } from '@cloister/wire';
import type { Session } from '../session/session.ts';
import { alice } from './log.ts';

export const kmsHost = parseKmsHost('kms.acme.example');

/** A key server's half of the channel with real keys, whose answers a test decides. */
export interface KeyServerHalf {
  readonly trustedKey: TrustedKmsKey;
  readonly session: Session;
  /** Requests opened so far, handshakes not counted. */
  readonly requests: KmsRequest[];
  handshakes: number;
  /** Opens what a client sent and answers it. */
  answer(message: string, respond: (request: KmsRequest) => KmsResponse): Promise<string>;
  /** Forgets every channel, as a key server that lost them. */
  forget(): void;
  reset(channel: string): Promise<string>;
}

export interface KeyServerHalfOptions {
  readonly now: () => number;
  readonly channelLife?: number;
}

export const keyServerHalf = async ({ now, channelLife = 3_600_000 }: KeyServerHalfOptions): Promise<KeyServerHalf> => {
  const root = await makeRoot({ commonName: 'test root', now: new Date(now()) });
  const { publicJwk, privateJwk } = await issueKmsCertificate({ root, kmsHost, now: new Date(now()) });
  const roots = rootsFromPem(root.certificatePem);
  const trustedKey = await checkKmsCertificate({ jwk: publicJwk, kmsHost, roots, now: now() });
  const staticKey = await PrivateKey.fromJwk(trustedKey.kid, privateJwk);
  const channels = new Map<string, SecretKey>();
  const half: KeyServerHalf = {
    trustedKey,
    session: sessionOf(),
    requests: [],
    handshakes: 0,
    forget: () => channels.clear(),
    reset: (channel) => signReset({ staticKey }, { channelUri: channel as ChannelUri }),
    answer: async (message, respond) => {
      const route = routeOf(message);
      if (route.form === 'handshake') {
        half.handshakes += 1;
        const request = await openHandshake(staticKey, message, kmsHost);
        const expiresAt = new Date(now() + channelLife);
        const terms = {
          staticKey,
          kmsHost,
          request,
          userId: alice,
          channelId: newId(),
          now: new Date(now()),
          expiresAt,
        };
        const { jws, channelKey } = await answerHandshake(terms);
        channels.set(channelKey.kid, channelKey);
        return jws;
      }
      const channelKey = channels.get(route.kid);
      if (channelKey === undefined) return half.reset(route.kid);
      const request = await openRequest(channelKey, message, kmsHost);
      half.requests.push(request);
      return sealResponse(channelKey, respond(request));
    },
  };
  return half;
};

/** Somebody signed in, without identity: tokens are opaque to a client. */
const sessionOf = (): Session => {
  let issued = 0;
  return {
    deployment: {
      catalogue: 'http://localhost/u2c/api/v1',
      oauth: 'http://localhost/idbroker',
      identity: 'http://localhost/identity',
      clientId: 'test',
      scope: '',
      kmsHost,
      kmsRoots: [],
    },
    personId: alice,
    organisationId: newId(),
    signedOut: false,
    subscribe: () => () => {},
    coreToken: async () => 'core',
    peopleToken: async () => 'people',
    fullToken: async () => 'full',
    kmsCredential: async () => ({ bearer: `kms-${issued}`, prove: async () => 'a.b.c' }),
    refused: () => {
      issued += 1;
    },
    signOut: async () => {},
  };
};
