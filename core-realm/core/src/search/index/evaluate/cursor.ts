import { CloisterError, isUuid, type RoomId } from '@cloister/wire';

/** A message that was found. */
export interface SearchHit {
  readonly roomId: RoomId;
  /** Of the message. */
  readonly position: number;
  /** When it was first sent, in milliseconds since 1970. */
  readonly published: number;
  /** Position of the newest edit of it, whose words were found. */
  readonly edit?: number;
  /** The slots that hold in it, where the plan asks for that. */
  readonly slots?: readonly number[];
}

/** Where a page of results ends. */
export type SearchCursor = Pick<SearchHit, 'roomId' | 'position' | 'published'>;

/** Newest first; of one moment by room, and there again newest first. */
export const compareHits = (a: SearchCursor, b: SearchCursor): number =>
  b.published - a.published || (a.roomId < b.roomId ? -1 : a.roomId > b.roomId ? 1 : b.position - a.position);

export const formatSearchCursor = ({ published, roomId, position }: SearchCursor): string =>
  `${published}.${position}.${roomId}`;

/** @throws CloisterError `core/invalid-request` */
export const parseSearchCursor = (text: string): SearchCursor => {
  const [, published, position, roomId] = /^(\d{1,15})\.(\d{1,15})\.(.{36})$/.exec(text) ?? [];
  if (!isUuid(roomId))
    throw new CloisterError('core/invalid-request', { detail: 'The query member after is not valid.' });
  return { published: Number(published), position: Number(position), roomId: roomId as RoomId };
};
