import type { KmsHost, OrganisationId, Purpose } from '@cloister/wire';

/** An organisation as the own key server, or for people found by address identity, named it. */
export interface OrganisationView {
  readonly id: OrganisationId;
  /** Empty while nobody named it: show a domain, else a placeholder. */
  readonly name: string;
  /** Domains that it proved to be its own, in the order they were told. */
  readonly domains: readonly string[];
}

/** An organisation with somebody on a room's list: its key server, and the machines that it lets read (R344). */
export interface ReadingOrganisation {
  readonly organisationId: OrganisationId;
  readonly name: string;
  readonly domains: readonly string[];
  readonly kmsHost: KmsHost;
  /** What machines it gives content to. Absent: its key server has not said, so machines may read for all one knows. */
  readonly functions?: readonly Purpose[];
  /** When its key server signed that, RFC 3339. */
  readonly statedAt?: string;
}
