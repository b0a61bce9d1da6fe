import type { OrganisationId, OutsideOverview, OutsidePolicy } from '@cloister/wire';

/**
 * Which other organisations one's own meets, for its full administrators (docs/wires.md §13), over the sealed channel to its
 * key server. Every change resolves to what holds then. What a change forbids stops at once; rooms stay, and leaving them
 * and taking people out of them always goes on.
 * Methods reject with a CloisterError: `kms/not-authorized` for others, `kms/version-mismatch` when somebody changed it
 * since `version`, `kms/not-found` for an organisation that nobody knows, `kms/timeout` when nobody answered (the same
 * change asked for again is then the same one).
 */
export interface OutsideManagement {
  overview(): Promise<OutsideOverview>;
  /** With the `version` of the overview that it was decided on it is refused when something changed since. */
  setPolicy(policy: OutsidePolicy, version?: number): Promise<OutsideOverview>;
  /** Nothing is shared with this organisation, whatever the policy says, until it is resumed. */
  pause(organisationId: OrganisationId): Promise<OutsideOverview>;
  resume(organisationId: OrganisationId): Promise<OutsideOverview>;
}
