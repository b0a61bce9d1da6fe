import type { Database } from '@cloister/database';
import type { Log } from '@cloister/logging';
import type { StatusView } from '@cloister/verify';
import type { KeyLimits } from '@cloister/wire';
import type { RoomChanges } from './change/room-changes.ts';
import type { OrganisationOf } from './domain/activity-json.ts';
import type { KmsHostOf } from './domain/decide-change.ts';
import type { EventSockets } from './events/event-sockets.ts';
import type { Readers } from './events/readers.ts';
import type { FileStore } from './files/file-store.ts';
import type { Files } from './files/files.ts';
import type { WorkQueue } from './functions/work-queue.ts';
import type { Identify } from './identify.ts';
import type { Discovery } from './realm-link/discovery.ts';
import type { RealmLink } from './realm-link/realm-link.ts';
import type { RoomWriter } from './rooms/room-writer.ts';
import type { RotationHints } from './rooms/rotation-hints.ts';
import type { Search } from './search/search.ts';

/** What requests are served with. */
export interface CoreContext {
  readonly db: Database;
  readonly log: Log;
  readonly now: () => number;
  readonly feed: StatusView;
  readonly identify: Identify;
  /** The same without asking how old identity's word is: for discovery alone (docs/wires.md §2). */
  readonly identifyAtAnyAge: Identify;
  readonly organisationOf: OrganisationOf;
  readonly identityOriginOf: (origin: string) => string;
  readonly kmsHostOf: KmsHostOf;
  readonly readers: Readers;
  readonly sockets: EventSockets;
  readonly link: RealmLink;
  readonly discovery: Discovery;
  readonly rooms: RoomWriter;
  readonly limits: KeyLimits;
  readonly changes: RoomChanges;
  readonly hints: RotationHints;
  readonly files: Files;
  readonly bytes: FileStore;
  readonly work: WorkQueue;
  readonly search: Search;
}
