import type { IndexerClient } from '@cloister/sdk';
import type { RoomId } from '@cloister/wire';
import type { Batch, RoomDocuments } from '../batches/make-batch.ts';
import type { Counters } from '../counters/counters.ts';
import { finalCode } from './final-code.ts';
import type { FollowReport } from './follow-report.ts';
import type { FollowedRoom } from './followed-room.ts';
import type { RoomPart } from './gathering.ts';
import type { Generations } from './generations.ts';
import type { SearchKeyRing } from './search-key-ring.ts';

export interface SendPostingsOptions {
  readonly client: Pick<IndexerClient, 'append' | 'dropGeneration'>;
  readonly keys: Pick<SearchKeyRing, 'fresh'>;
  readonly makeBatch: (parts: readonly RoomDocuments[]) => Promise<Batch>;
  readonly counters: Pick<Counters, 'drop'>;
  readonly generations: Generations;
  /** Milliseconds of a clock that only moves forward. */
  readonly monotonicNow: () => number;
  readonly report: FollowReport;
}

/** A room that begins anew at the core's position; with a fault, it waits before that. */
export interface Again {
  readonly room: FollowedRoom;
  readonly position: number;
  readonly fault?: unknown;
}

/** Hands over what was read, and follows what the core says of it. */
export class SendPostings {
  readonly #options: SendPostingsOptions;

  constructor(options: SendPostingsOptions) {
    this.#options = options;
  }

  /**
   * One batch. Answers the rooms whose parts are not all in: they begin anew where the core's index stands.
   * @throws CloisterError when nobody knows whether the core has it: then everything begins anew
   */
  async send(parts: readonly RoomPart[], signal: AbortSignal): Promise<readonly Again[]> {
    const { client, makeBatch, report, monotonicNow } = this.#options;
    const refused: Again[] = [];
    const documents = (await Promise.all(parts.map((part) => this.#withKeys(part, refused)))).flatMap(
      (one) => one ?? [],
    );
    const { bodies, renew, regressed, postings, capped } = await makeBatch(documents);
    const positions = new Map<RoomId, number>();
    for (const body of bodies) {
      for (const { roomId, position } of await client.append(body, { signal })) positions.set(roomId, position);
    }
    const renewed = new Set(renew.map(({ roomId }) => roomId));
    const again: Again[] = [...refused];
    for (const { room, to } of parts) {
      if (renewed.has(room.roomId)) {
        await this.#renew(room);
        again.push({ room, position: 0 });
        continue;
      }
      const position = positions.get(room.roomId);
      if (position === undefined) continue;
      room.position = position;
      room.confirmedAt = monotonicNow();
      if (position >= room.head) room.behindSince = undefined;
      if (position !== to) again.push({ room, position });
    }
    const moved = Math.max(regressed, again.length - refused.length - renew.length);
    if (moved > 0) report.moved(moved);
    if (renew.length > 0) report.renewed(renew.length);
    report.appended({ rooms: parts.length - again.length, documents: count(documents), postings, capped });
    return again;
  }

  /** Drops what a newer index has caught up with. */
  async dropOthers(room: FollowedRoom): Promise<void> {
    const { client, counters, generations, report } = this.#options;
    const { others } = room;
    if (others.length === 0 || room.position < room.head) return;
    // Taken at once: a room may be looked at twice.
    room.others = [];
    for (const { generation } of others) {
      // Nobody of the organisation is in the room any more: the core drops it itself.
      await client.dropGeneration(room.roomId, generation).catch((cause: unknown) => {
        if (finalCode(cause) !== 'core/not-found') throw cause;
      });
      await counters.drop({ roomId: room.roomId, generation });
      await generations.forget(room.roomId, generation);
      report.dropped();
    }
  }

  async #withKeys(part: RoomPart, refused: Again[]): Promise<RoomDocuments | undefined> {
    const { room, from, to, documents } = part;
    try {
      const keys = await this.#options.keys.fresh(room.resourceUri);
      return { roomId: room.roomId, generation: room.generation, keys, from, to, documents };
    } catch (fault) {
      refused.push({ room, position: room.position, fault });
      return undefined;
    }
  }

  /** Another generation, beside the one whose counters are lost. */
  async #renew(room: FollowedRoom): Promise<void> {
    const lost = room.generation;
    room.generation = lost + 1;
    room.others = [...room.others, { generation: lost }];
    await this.#options.generations.begin([{ roomId: room.roomId, generation: room.generation }]);
  }
}

const count = (parts: readonly RoomDocuments[]): number =>
  parts.reduce((sum, { documents }) => sum + documents.length, 0);
