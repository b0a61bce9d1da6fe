import type { SearchHit } from '@cloister/sdk';
import type { RoomId } from '@cloister/wire';
import { localDay } from '../../i18n/format-time.ts';

/** Hits that stand together: of one room and one day. */
export interface ResultGroup {
  readonly key: string;
  readonly roomId: RoomId;
  readonly date: Date;
  readonly hits: readonly SearchHit[];
}

/** Hits as they come, newest first; what follows each other of the same room and day has one heading. */
export function resultGroups(hits: readonly SearchHit[]): ResultGroup[] {
  const groups: (Omit<ResultGroup, 'hits'> & { hits: SearchHit[] })[] = [];
  for (const hit of hits) {
    const date = new Date(hit.published);
    const last = groups.at(-1);
    if (last?.roomId === hit.roomId && localDay(last.date) === localDay(date)) last.hits.push(hit);
    else groups.push({ key: hit.activityId, roomId: hit.roomId, date, hits: [hit] });
  }
  return groups;
}
