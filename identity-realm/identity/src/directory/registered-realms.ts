import type { EdPublicJwk, KmsHost, OrganisationId } from '@cloister/wire';
import type { IdentityConfig } from '../config.ts';
import type { RegisteredRealm } from '../domain/directory.ts';

/** The key servers of the configuration, whose parser has checked the names. The core is a realm that serves nobody. */
export const registeredRealms = (realms: IdentityConfig['realms']): readonly RegisteredRealm[] =>
  realms.flatMap(({ kmsHost, organisationIds = [], linkKey, receiptKey }) =>
    organisationIds.length === 0
      ? []
      : [
          {
            kmsHost: kmsHost as KmsHost,
            organisationIds: organisationIds as OrganisationId[],
            linkKey: publicPart(linkKey),
            ...(receiptKey === undefined ? {} : { receiptKey: publicPart(receiptKey) }),
          },
        ],
  );

const publicPart = ({ kty, crv, x, kid }: IdentityConfig['realms'][number]['linkKey']): EdPublicJwk => ({
  kty,
  crv,
  x,
  ...(kid === undefined ? {} : { kid }),
});
