import type { OrganisationId, UserId } from '@cloister/wire';
import type { OrganisationView } from './organisation-view.ts';
import type { PersonView } from './person-view.ts';
import type { RoomView } from './room-view.ts';

/**
 * - `connecting`: first connection under way. - `online`. - `offline`: trying again; `retryAt` says when (ms since 1970).
 * - `signed-out`: the session ended (sign-out, revoked, account disabled): only signing in helps.
 */
export type ConnectionState =
  | { readonly state: 'connecting' }
  | { readonly state: 'online' }
  | { readonly state: 'offline'; readonly retryAt?: number }
  | { readonly state: 'signed-out' };

/** Everything a room list needs. Immutable: the same object until something in it changes. */
export interface ClientSnapshot {
  readonly me: { readonly id: UserId; readonly organisationId: OrganisationId };
  readonly connection: ConnectionState;
  /**
   * The organisation switched its main key off: nothing can be read or sent until it is on again. What was written waits
   * in the outbox; everything comes back by itself.
   */
  readonly keysRevoked: boolean;
  /** False until the list was fetched once. */
  readonly loaded: boolean;
  readonly rooms: readonly RoomView[];
  /** Everyone met so far, by id; a missing id was not asked about yet: call `people.need`. */
  readonly people: ReadonlyMap<UserId, PersonView>;
  /** Organisations met so far, the own one among them, by id. One that nobody named yet is missing. */
  readonly organisations: ReadonlyMap<OrganisationId, OrganisationView>;
  /** Entries waiting in the outbox, over all rooms. */
  readonly unsent: number;
}
