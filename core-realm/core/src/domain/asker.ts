import type { DeviceId, OrganisationId, SessionId, UserId } from '@cloister/wire';

/** Who asks, as the access token and the device header say. */
export interface Asker {
  readonly userId: UserId;
  readonly organisationId: OrganisationId;
  readonly sid: SessionId;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly deviceId: DeviceId | undefined;
}
