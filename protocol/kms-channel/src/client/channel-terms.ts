import type { EcPublicJwk } from '@cloister/seal';
import { type ChannelUri, CloisterError, type HandshakeResponse, hostOf } from '@cloister/wire';
import type { HandshakeInput } from './start-handshake.ts';

/** Twenty-four hours: longer than any documented lifetime (kms.md §1.4). */
const LONGEST_MS = 24 * 60 * 60 * 1000;

export interface ChannelTerms {
  readonly uri: ChannelUri;
  readonly theirs: EcPublicJwk;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** What an authentic answer grants, if it grants it to us, here and for a sensible time. */
export function channelOf(response: HandshakeResponse, input: HandshakeInput): ChannelTerms {
  const { status, key } = response;
  if (status !== 201 || key === undefined) throw untrusted('it grants no channel');
  if (hostOf(key.uri) !== input.staticKey.host) throw untrusted('its address names another key server');
  if (key.userId !== undefined && key.userId !== input.userId) throw untrusted('it is for another person');
  if (key.clientId !== undefined && key.clientId !== input.clientId) throw untrusted('it is for another device');
  const now = input.now();
  const expiresAt = Date.parse(key.expirationDate);
  if (!Number.isFinite(expiresAt)) throw untrusted('its expiration is no date');
  if (expiresAt <= now) throw untrusted('it has expired');
  const { kty, crv, x, y } = key.jwk;
  return { uri: key.uri, theirs: { kty, crv, x, y }, expiresAt: Math.min(expiresAt, now + LONGEST_MS) };
}

const untrusted = (detail: string): CloisterError => new CloisterError('channel/untrusted-answer', { detail });
