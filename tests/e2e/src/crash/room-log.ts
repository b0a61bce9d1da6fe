import type { Session } from '@cloister/sdk';
import { type Activity, type Conversation, parseActivityPage, parseConversation, type RoomId } from '@cloister/wire';

/** A room as the core's API tells it, read past the SDK. */
export interface RoomLog {
  readonly room: Conversation;
  readonly log: readonly Activity[];
}

export const readRoomLog = async (core: string, session: Session, roomId: RoomId): Promise<RoomLog> => {
  const url = `${core}/conversation/api/v1/conversations/${roomId}`;
  const room = parseConversation(await get(`${url}?includeParticipants=true&activitiesLimit=0`, session));
  const log: Activity[] = [];
  for (;;) {
    const { items } = parseActivityPage(await get(`${url}/activities?after=${log.length}&limit=200`, session));
    if (items.length === 0) return { room, log };
    log.push(...items);
  }
};

const get = async (url: string, session: Session): Promise<unknown> => {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${await session.coreToken()}` } });
  if (!answer.ok) throw new Error(`GET ${url} answered ${answer.status}`);
  return answer.json();
};
