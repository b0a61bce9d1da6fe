import type { SecretKey } from '@cloister/seal';
import type {
  ActivityId,
  CompactJwe,
  ErrorCode,
  IndexedRoom,
  IndexPage,
  KeyUri,
  OrganisationId,
  PostingsAnswer,
  QueryId,
  QueryToPlan,
  ResourceUri,
  RoomId,
  RoomsToIndex,
} from '@cloister/wire';
import type { LogEntry, SealedFile, SealedText } from '../rooms/log-entry.ts';

/** A room as an indexer needs to know it to open what is in it. */
export type RoomToIndex = Pick<IndexedRoom, 'roomId' | 'resourceUri'>;

/** A key of which a room's search tokens are made. */
export interface SearchKey {
  /** From 1; a new one each period. */
  readonly epoch: number;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly key: SecretKey;
}

/** The key of a sealed query, with what the key server says of it. */
export interface QueryKey {
  readonly key: SecretKey;
  /** Who made it. */
  readonly userId: string | undefined;
  readonly resourceUri: ResourceUri | undefined;
  /** Whose room its resource is; a query's has none. */
  readonly roomId: RoomId | undefined;
}

export interface Waiting {
  /** Seconds, 20 at most. */
  readonly wait?: number;
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

export interface Cancellable {
  readonly signal?: AbortSignal;
}

/**
 * An indexer's connection to Cloister (wires §14): follows the logs of the organisation's rooms, opens them, hands postings
 * to the core and answers queries. Content keys are kept for a few minutes in memory alone, and wiped when the organisation
 * switches its main key or the function off.
 * Methods reject with a CloisterError; `core/function-off`, `kms/function-off` and `identity/function-off` while the
 * function is off.
 */
export interface IndexerClient {
  readonly organisationId: OrganisationId;
  /** Whether the organisation's main key is off, as the key server says now. */
  keysRevoked(options?: Cancellable): Promise<boolean>;
  /** Rooms with entries that are not indexed; with `after`, waits for those that got some since. */
  rooms(options?: Waiting & { readonly after?: string | undefined }): Promise<RoomsToIndex>;
  /** Every room of the organisation, by id. */
  indexes(options?: Cancellable & { readonly after?: RoomId | undefined; readonly limit?: number }): Promise<IndexPage>;
  /** Entries of a room's log after a position, oldest first; 200 at most. */
  entries(
    roomId: RoomId,
    options: Cancellable & { readonly after: number; readonly limit?: number },
  ): Promise<readonly LogEntry[]>;
  /** One entry; `undefined` when the room has none of this id. */
  entry(roomId: RoomId, id: ActivityId, options?: Cancellable): Promise<LogEntry | undefined>;
  /**
   * @throws CloisterError `client/cannot-open` for a key of another room (threats row 17), `seal/…` for what does not open,
   *   `kms/…` as the key server says
   */
  openText(room: RoomToIndex, text: SealedText): Promise<string>;
  /** @throws CloisterError as `openText`, and `core/not-found` for a file that is gone */
  download(room: RoomToIndex, file: SealedFile, options?: Cancellable): Promise<Uint8Array>;
  /** The organisation's search keys of a room, oldest first; the caller destroys them. Many at once travel together. */
  searchKeys(resourceUri: ResourceUri, options?: Cancellable): Promise<readonly SearchKey[]>;
  /** The key of a query; the caller destroys it. */
  queryKey(uri: KeyUri, options?: Cancellable): Promise<QueryKey>;
  /** Hands over postings (`formatPostings`); may be repeated: a part that is in already is not taken again. */
  append(postings: Uint8Array, options?: Cancellable): Promise<PostingsAnswer['rooms']>;
  /** Drops one generation of a room's index; may be repeated. */
  dropGeneration(roomId: RoomId, generation: number, options?: Cancellable): Promise<void>;
  /** Takes queries that wait; each is given to one machine. */
  queries(options?: Waiting): Promise<readonly QueryToPlan[]>;
  /** Hands over a plan (`formatPlan`). @throws CloisterError `core/query-gone` when nobody waits any more */
  plan(id: QueryId, plan: Uint8Array, options?: Cancellable): Promise<void>;
  /** @throws CloisterError as `plan` */
  answer(id: QueryId, sealed: CompactJwe, options?: Cancellable): Promise<void>;
  /** @throws CloisterError as `plan` */
  refuse(id: QueryId, code: ErrorCode, options?: Cancellable): Promise<void>;
  close(): Promise<void>;
}
