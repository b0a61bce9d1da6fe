import { isUuid, type RoomId } from '@cloister/wire';

/**
 * Where somebody is who follows an organisation's rooms: going through all of them, which began `at` (milliseconds) when the hints stood at
 * `hint`, or past that, from hint to hint.
 */
export interface FeedCursor {
  /** Which life of the core's hints; those of another mean nothing. */
  readonly epoch: string;
  readonly at: number;
  readonly hint: number;
  /** The last room that was looked at; undefined once all were. */
  readonly scanned: RoomId | 'none' | undefined;
}

/** As text that clients hand back. */
export const formatFeedCursor = ({ epoch, at, hint, scanned }: FeedCursor): string =>
  [epoch, at, hint, ...(scanned === undefined ? [] : [scanned])].join('.');

/** Undefined for anything else than what {@link formatFeedCursor} wrote: then everything begins anew. */
export const parseFeedCursor = (text: string): FeedCursor | undefined => {
  const [, epoch, at, hint, scanned] =
    /^([0-9a-f-]{36})\.(\d{1,15})\.(\d{1,15})(?:\.([0-9a-z-]{4,36}))?$/.exec(text) ?? [];
  if (epoch === undefined) return undefined;
  if (scanned !== undefined && scanned !== 'none' && !isUuid(scanned)) return undefined;
  return { epoch, at: Number(at), hint: Number(hint), scanned: scanned as FeedCursor['scanned'] };
};
