import type { DomainName, OrganisationId, UserId } from '@cloister/wire';

/** A domain that an organisation says is its own and has not proven. */
export interface DomainClaim {
  readonly organisationId: OrganisationId;
  readonly domain: DomainName;
  /** 32 random bytes in base64url. */
  readonly challenge: string;
  readonly claimedAt: Date;
  readonly claimedBy: UserId;
}

/** A domain that is an organisation's own. */
export interface VerifiedDomain {
  readonly organisationId: OrganisationId;
  readonly domain: DomainName;
  readonly claimedAt: Date;
  readonly verifiedAt: Date;
  readonly proof: 'dns' | 'operator';
}
