import type { ActivityId, KeyUri, ResourceUri, RoomId, TranscodedPage, Work } from '@cloister/wire';
import type { ContentKey } from '../keys/key-record.ts';
import type { SealedFile } from '../rooms/log-entry.ts';

/** A share that is to be worked on. */
export interface Share {
  readonly roomId: RoomId;
  readonly id: ActivityId;
  /** The key of the share: pages are sealed under it. */
  readonly keyUri: KeyUri;
  /** The room's resource, which that key must be bound to. */
  readonly resourceUri: ResourceUri;
  /** In the order of the share. */
  readonly files: readonly SealedFile[];
}

/** A page to be uploaded: a PNG image of this size in pixels. */
export interface PageImage {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
}

export type Finished =
  /** The pages of each converted file by its index in the share. */
  | {
      readonly state: 'done';
      readonly share: Share;
      readonly pages: ReadonlyMap<number, readonly TranscodedPage[]>;
    }
  /** There is nothing to show of this share, or the share is gone. */
  | { readonly state: 'nothing' }
  /** To be tried again later. The code is ours, such as `transcoder/timeout`. */
  | { readonly state: 'failed'; readonly code: string };

export interface TakeWorkOptions {
  readonly wait?: number;
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

/**
 * A machine's connection to Cloister: takes work, fetches the one key each piece needs, and gives results back. It keeps
 * no key: each piece of work asks anew, so that a function that is switched off reads nothing more (R342). When the organisation switches its main key off, the keys of
 * the work at hand are wiped, and what needs them rejects with `kms/revoked`.
 * Methods reject with a CloisterError; `core/function-off` and `kms/function-off` while the function is off.
 */
export interface MachineClient {
  /**
   * Whether the organisation's main key is off, as the key server says now. Who asks before it takes work takes none that
   * it cannot do.
   */
  keysRevoked(options?: { readonly signal?: AbortSignal }): Promise<boolean>;
  /**
   * Shares that wait, oldest first, `limit` (10) at most; waits up to `wait` seconds (20) for the first. Each is this
   * machine's for 5 minutes, so take no more than can be done by then.
   */
  takeWork(options?: TakeWorkOptions): Promise<readonly Work[]>;
  /** What was shared; `undefined` when it was deleted meanwhile. */
  share(work: Work): Promise<Share | undefined>;
  /**
   * The key of a share, or of one of its files (`scr.keyUri`). The caller destroys it after use.
   * @throws CloisterError `client/cannot-open` for a key of another room
   */
  contentKey(share: Share, keyUri?: KeyUri): Promise<ContentKey>;
  /** @throws CloisterError `seal/open-failed` for anything but the file that was sealed */
  download(key: ContentKey, file: SealedFile, options?: { readonly signal?: AbortSignal }): Promise<Uint8Array>;
  /** Seals a page and uploads it. */
  upload(
    share: Share,
    key: ContentKey,
    page: PageImage,
    options?: { readonly signal?: AbortSignal },
  ): Promise<TranscodedPage>;
  /** Gives the work back; may be repeated. @throws CloisterError `core/lease-lost` when somebody else has it now */
  finish(work: Work, finished: Finished): Promise<void>;
  close(): Promise<void>;
}
