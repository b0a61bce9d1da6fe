import { makeBatch } from '@cloister/indexer';
import { analyse } from '@cloister/search-terms';
import { parsePostings } from '@cloister/wire';
import { generation, type SearchParts, settings } from './parts.ts';
import type { BenchMessage, BenchRoom, BenchWorld } from './world.ts';
import { writeLog } from './write-log.ts';

/** Documents of a batch: as many as an indexer that catches up takes at a time, about. */
const together = 2000;

/** Messages of a room as the indexer gathers them: with their terms. */
export const partOf = (parts: SearchParts, room: BenchRoom, from: number, messages: readonly BenchMessage[]) => ({
  roomId: room.id,
  generation,
  keys: parts.keysOf(room.id),
  from,
  to: messages.at(-1)?.position ?? from,
  documents: messages.map(({ position, actor, text }) => ({
    position,
    terms: analyse({ texts: [{ kind: 'message', text }], from: actor, has: new Set() }).terms,
  })),
});

type Part = ReturnType<typeof partOf>;

/**
 * Writes every room's log and indexes it as an indexer that catches up does; the last fiftieth of each room once all else is compacted,
 * as what was said since.
 * @param between called when everything is compacted
 */
export async function fill(parts: SearchParts, world: BenchWorld, between: () => Promise<void>): Promise<void> {
  const newest = ({ messages }: BenchRoom) => Math.ceil(messages / 50);
  const send = sender(parts, world);
  let [done, told] = [0, performance.now()];
  for (const room of world.rooms) {
    const messages = [...world.messagesOf(room)];
    await writeLog(parts.core, room, messages);
    for (let from = 0; from < messages.length; from += together) {
      const until = Math.min(from + together, messages.length - newest(room));
      if (from < until) await send.add(partOf(parts, room, from, messages.slice(from, until)));
    }
    done += messages.length;
    if (performance.now() - told < 10_000) continue;
    told = performance.now();
    process.stderr.write(`  ${done} messages are indexed\n`);
  }
  await send.end();
  process.stderr.write('  compacting\n');
  await parts.index.compact(true);
  await between();
  for (const room of world.rooms) {
    const from = room.messages - newest(room);
    await send.add(partOf(parts, room, from, [...world.messagesOf(room)].slice(from)));
  }
  await send.end();
}

/** Gathers parts into batches, and hands them to the core. */
function sender(parts: SearchParts, world: BenchWorld) {
  let gathered: Part[] = [];
  const end = async () => {
    const batch = await makeBatch(parts, settings, gathered);
    gathered = [];
    if (batch.renew.length > 0) throw new Error('an index lost its counters');
    for (const body of batch.bodies) {
      const answers = await parts.index.append(world.organisationId, parsePostings(body));
      if (answers.some(({ accepted }) => !accepted)) throw new Error('the core refused postings');
    }
  };
  const add = async (part: Part) => {
    if (gathered.some(({ roomId }) => roomId === part.roomId)) await end();
    gathered.push(part);
    if (gathered.reduce((sum, { documents }) => sum + documents.length, 0) >= together) await end();
  };
  return { add, end };
}
