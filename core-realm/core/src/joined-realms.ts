import { createPublicKey, type JsonWebKey } from 'node:crypto';
import type { ReceiptKey } from '@cloister/receipts';
import { keyThumbprint, openRealmVerifier, type StatusView } from '@cloister/verify';
import type { EdPublicJwk, KmsHost } from '@cloister/wire';
import type { CoreConfig } from './config.ts';
import type { Realm } from './domain/realms.ts';

/** A realm that a token proved, and whether the key that proved it is still the realm's. */
export interface ProvenRealm {
  readonly kmsHost: string;
  readonly isStanding: () => boolean;
}

/** The realms of identity's feed with their receipt keys, ready to verify with. Those without keys are the configuration's. */
export const joinedRealms = (feed: Pick<StatusView, 'realms'>): readonly Realm<ReceiptKey>[] =>
  feed.realms().flatMap(({ kmsHost, organisationIds, keys }) => {
    if (keys === undefined) return [];
    const receipts = keys.receiptKeys.flatMap((jwk) => {
      const key = publicKeyOf(jwk);
      return key === null ? [] : [{ kid: jwk.kid ?? keyThumbprint(jwk), key }];
    });
    return [{ kmsHost, organisationIds, receipts }];
  });

/** Who opens a realm link: by the keys of the configuration, or by the link key that stands in the feed at that moment. */
export const realmVerifier = (config: CoreConfig, feed: Pick<StatusView, 'realm'>, now: () => number) => {
  const realms = config.realms.map(({ kmsHost, linkKey }) => ({ kmsHost, linkKey: linkKey as JsonWebKey }));
  const configured = new Set(realms.map(({ kmsHost }) => kmsHost));
  const linkKeyOf = (kmsHost: string): EdPublicJwk | undefined => feed.realm(kmsHost as KmsHost)?.keys?.linkKey;
  const joined = (kmsHost: string) => {
    const linkKey = linkKeyOf(kmsHost);
    return linkKey === undefined ? undefined : { kmsHost, linkKey };
  };
  const verify = openRealmVerifier({ realms, joined, audience: 'core' });
  return (token: string): ProvenRealm => {
    const { kmsHost, linkKey } = verify(token, { now: now() });
    return { kmsHost, isStanding: () => configured.has(kmsHost) || linkKeyOf(kmsHost)?.x === linkKey.x };
  };
};

const publicKeyOf = (jwk: EdPublicJwk) => {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    return null;
  }
};
