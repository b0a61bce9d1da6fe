import type { DeviceId, OrganisationId, Purpose, SessionId, UserId } from '@cloister/wire';

/** Whom an access token names. */
export interface Identity {
  /** A person; of a machine its account, which is no person and never a member of a room. */
  readonly userId: UserId;
  readonly organisationId: OrganisationId;
  readonly sid: SessionId;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** The function that a machine works for; people have none. */
  readonly purpose: Purpose | undefined;
}

/** Who asks, as the access token and the device header say. */
export interface Asker extends Identity {
  readonly deviceId: DeviceId | undefined;
}

/** Who asks, for a function. */
export type Machine = Asker & { readonly purpose: Purpose };

export const isMachine = (asker: Asker): asker is Machine => asker.purpose !== undefined;
