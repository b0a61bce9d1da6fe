import type { Queries } from '@cloister/database';
import type { Intent } from '../domain/intent.ts';
import type { Replay } from '../rooms/announcer.ts';
import { readActivities } from '../store/activities.ts';
import { advanceRoom, resumeMembers } from '../store/room-writes.ts';

/** More than this and the reader sees a gap in the positions and reads the log. */
const replayLimit = 200;

/** A removal that was refused never happened: delivery goes on, with what was held back (architecture §6). */
export const undoSuspension = async (
  tx: Queries,
  { roomId, subjects }: Intent,
  now: Date,
): Promise<{ version: number; replay?: Replay }> => {
  const { version } = await advanceRoom(tx, roomId, { entries: 0, changesAccess: true, now });
  const [first] = await resumeMembers(tx, roomId, subjects);
  if (first === undefined) return { version };
  const entries = await readActivities(tx, roomId, { after: first, limit: replayLimit });
  return { version, replay: { people: subjects, entries } };
};
