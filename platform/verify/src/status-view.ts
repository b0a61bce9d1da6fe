import type { KeyObject } from 'node:crypto';
import type {
  CaseId,
  DomainName,
  EdPublicJwk,
  KmsHost,
  MachineId,
  OrganisationId,
  Purpose,
  SessionId,
  StatusEntry,
  UserId,
} from '@cloister/wire';

type PersonEntry = Extract<StatusEntry, { kind: 'person' }>;

/** Who made an entry. */
export type By = NonNullable<PersonEntry['by']>;

/** What the feed says of a person: never more than this. */
export type Person = {
  readonly organisationId: OrganisationId;
  readonly active: boolean;
  readonly roles: NonNullable<PersonEntry['roles']>;
  /** The number of the entry that made the person active or inactive; entries that only repeat it do not move it. */
  readonly entry: number;
  /** Who made that entry. */
  readonly by?: By;
  /** Of somebody who is active again: the newest entry that had made them inactive. */
  readonly left?: Leaving;
};

/** An entry that made a person inactive. */
export type Leaving = { readonly entry: number; readonly by?: By };

/** A person who may no longer sign in, and the entry that says so. */
export type Leaver = {
  readonly id: UserId;
  readonly organisationId: OrganisationId;
  readonly entry: number;
  readonly by?: By;
};

/** A machine account and the one purpose it serves. */
export type Machine = { readonly organisationId: OrganisationId; readonly purpose: Purpose; readonly active: boolean };

/** An eDiscovery case that a second administrator approved and nobody closed. Times are seconds since 1970. */
export type Case = {
  readonly id: CaseId;
  readonly organisationId: OrganisationId;
  readonly officer: UserId;
  readonly custodians: readonly UserId[];
  readonly expiresAt: number;
  readonly openedBy: UserId;
  readonly approvedBy: UserId;
};

/** A key server of the directory, and whom it serves. */
export type Realm = {
  readonly kmsHost: KmsHost;
  readonly organisationIds: readonly OrganisationId[];
  /** By which it is known, where identity knows them. */
  readonly keys?: RealmKeys;
};

/** The public keys of a key server: of its link, and of its receipts, newest first. */
export type RealmKeys = {
  readonly linkKey: EdPublicJwk;
  readonly receiptKeys: readonly [EdPublicJwk, ...EdPublicJwk[]];
};

/** An organisation, and the domains that it has proved to be its own. */
export type Organisation = {
  readonly id: OrganisationId;
  readonly name: string;
  readonly domains: readonly DomainName[];
};

/** What a realm may ask of the status feed (docs/wires.md §10, §13). */
export type StatusView = {
  /** Milliseconds since identity last stated everything; infinite before the first complete statement. */
  age(now: number): number;
  person(id: UserId): Person | undefined;
  /** People whom the feed states inactive, in no order. */
  leavers(): readonly Leaver[];
  machine(id: MachineId): Machine | undefined;
  /** Whether an organisation has switched a function on; off by default (R400). */
  isEnabled(organisationId: OrganisationId, purpose: Purpose): boolean;
  /** The approved, open cases of an officer. Whether one has expired is for who asks: `expiresAt` is in it. */
  casesOf(officer: UserId): readonly Case[];
  /** The key server at a host; null when the directory has none, and then nobody goes there (threats row 15). */
  realm(kmsHost: KmsHost): Realm | null;
  /** The key server of an organisation. */
  realmOf(organisationId: OrganisationId): KmsHost | null;
  realms(): readonly Realm[];
  /** What an organisation is called; null of one that identity has not named. */
  organisation(id: OrganisationId): Organisation | null;
  isRevoked(sid: SessionId): boolean;
  tokenKey(kid: string): KeyObject | undefined;
};
