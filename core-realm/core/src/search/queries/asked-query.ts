import type { CompactJwe, KeyUri, MachineId, OrganisationId, QueryId, RoomId, UserId } from '@cloister/wire';
import { PlanList } from './plan-list.ts';

/** Who asks: a person, for what their organisation's index holds. */
export interface QueryAsker {
  readonly userId: UserId;
  readonly organisationId: OrganisationId;
}

/** To which machine a query was given, and when it was last heard of (milliseconds). */
export interface Holder {
  readonly machine: UserId | MachineId;
  readonly heardAt: number;
  /** Whether it has begun to answer: then nobody else can. */
  readonly began: boolean;
}

/** A query on its way: sealed, with the plans that its indexer makes of it. */
export class AskedQuery {
  readonly id: QueryId;
  readonly asker: QueryAsker;
  readonly encryptionKeyUrl: KeyUri;
  /** Only the indexer opens it (R395). */
  readonly sealed: CompactJwe;
  readonly askedAt: number;
  readonly plans = new PlanList();
  holder: Holder | undefined;
  /** The asker's rooms in the order in which they were named to the indexer. */
  rooms: readonly RoomId[] = [];
  /** What the indexer answered by itself. */
  answer: CompactJwe | undefined;
  /** How many pages of it are being written. */
  running = 0;

  constructor(
    { id, encryptionKeyUrl, sealed }: Pick<AskedQuery, 'id' | 'encryptionKeyUrl' | 'sealed'>,
    asker: QueryAsker,
    askedAt: number,
  ) {
    this.id = id;
    this.encryptionKeyUrl = encryptionKeyUrl;
    this.sealed = sealed;
    this.asker = asker;
    this.askedAt = askedAt;
  }
}
