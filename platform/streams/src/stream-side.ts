import type { StreamEndReason } from '@cloister/wire';

/** What the other end says on a stream. */
export interface StreamHandler {
  /** The bytes are a view that is good during the call alone. */
  readonly bytes: (bytes: Uint8Array) => void;
  /** So many more may be written. */
  readonly credit: (bytes: number) => void;
  /** The last call, and made once: the other end has ended the stream, or the link is lost (`broken`). */
  readonly ended: (reason: StreamEndReason | undefined) => void;
}

/** What this end may do on a stream. After the end, whoever made it, nothing happens any more. */
export interface StreamSide {
  /** How many bytes may be written now. */
  readonly sendable: number;
  /** Sends a copy of the bytes, at most `sendable`. */
  write(bytes: Uint8Array): void;
  /** So many received bytes were read: as many more may come. */
  grant(bytes: number): void;
  /** Ends the stream both ways, once what was written is sent. */
  end(reason?: StreamEndReason): void;
}
