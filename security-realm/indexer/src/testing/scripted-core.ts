import { randomBytes } from 'node:crypto';
import type { IndexerClient, LogBody, LogEntry, SearchKey } from '@cloister/sdk';
import { SecretKey } from '@cloister/seal';
import {
  type ActivityId,
  CloisterError,
  type IndexedRoom,
  type KeyUri,
  newId,
  type OrganisationId,
  parsePostings,
  type ResourceUri,
  type RoomId,
  type UserId,
} from '@cloister/wire';
import { ModelCore } from './model-core.ts';

export const author = newId<UserId>();

interface ScriptedRoom {
  readonly resourceUri: ResourceUri;
  readonly log: LogEntry[];
  readonly key: Buffer;
  readonly generations: Set<number>;
}

/** A core and a key server as far as an indexer sees them, in memory, whose faults a test decides. */
export class ScriptedCore {
  readonly index = new ModelCore();
  readonly organisationId = newId<OrganisationId>();
  readonly rooms = new Map<RoomId, ScriptedRoom>();
  /** Bodies as they came, those that were lost on their way back too. */
  readonly bodies: Uint8Array[] = [];
  readonly dropped: string[] = [];
  readonly pages: { roomId: RoomId; after: number }[] = [];
  /** What opening a text with this sealed form meets. */
  readonly faults = new Map<string, CloisterError>();
  /** Fails the next hand-over: `before` it arrived, or `after`. */
  failing: 'before' | 'after' | undefined;
  isFrozen = false;
  off: CloisterError | undefined;
  #changed = Promise.withResolvers<void>();

  add(messages: readonly string[] = [], roomId = newId<RoomId>()): RoomId {
    const resourceUri = `kms://kms.acme.example/resources/${newId()}` as ResourceUri;
    this.rooms.set(roomId, { resourceUri, log: [], key: randomBytes(32), generations: new Set() });
    for (const text of messages) this.say(roomId, text);
    return roomId;
  }

  say(roomId: RoomId, text: string): ActivityId {
    return this.write(roomId, { kind: 'message', text: sealed(text) });
  }

  write(roomId: RoomId, body: LogBody): ActivityId {
    const { log } = this.#room(roomId);
    const id = newId<ActivityId>();
    const published = new Date(1_800_000_000_000 + log.length).toISOString();
    log.push({ id, roomId, position: log.length + 1, actor: author, published, body });
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
    return id;
  }

  /** The positions of which the newest generation's index holds a document. */
  indexed(roomId: RoomId, generation = 1): number[] {
    return [...this.index.documents(roomId, generation).keys()];
  }

  client(): IndexerClient {
    return {
      organisationId: this.organisationId,
      keysRevoked: async () => this.isFrozen,
      indexes: async () => ({ items: [...this.rooms.keys()].map((roomId) => this.#indexed(roomId)) }),
      rooms: async ({ signal } = {}) => {
        this.#refuse();
        await Promise.race([this.#changed.promise, aborted(signal)]);
        this.#refuse();
        return { items: [...this.rooms.keys()].map((roomId) => this.#indexed(roomId)), next: 'next' };
      },
      entries: async (roomId, { after, limit = 200 }) => {
        this.#refuse();
        this.pages.push({ roomId, after });
        return this.#room(roomId).log.slice(after, after + limit);
      },
      entry: async (roomId, id) => this.#room(roomId).log.find((entry) => entry.id === id),
      openText: async (_, text) => {
        const fault = this.faults.get(text.sealed);
        if (fault !== undefined) throw fault;
        return text.sealed;
      },
      download: async (_, { scr }) => Buffer.from(scr.sealed),
      searchKeys: async (resourceUri) => [this.#searchKey(resourceUri)],
      append: async (body) => {
        this.bodies.push(body);
        if (this.failing === 'before') throw this.#lost();
        const accepted = this.index.append(body);
        if (this.failing === 'after') throw this.#lost();
        return parsePostings(body).map(({ roomId, generation }, at) => {
          const room = this.rooms.get(roomId);
          // As the core says of rooms where the organisation has nobody.
          if (room === undefined) return { roomId, generation, position: 0, accepted: false };
          room.generations.add(generation);
          const position = this.index.position(roomId, generation);
          return { roomId, generation, position, accepted: accepted[at] ?? false };
        });
      },
      dropGeneration: async (roomId, generation) => {
        this.dropped.push(`${roomId} ${generation}`);
        this.#room(roomId).generations.delete(generation);
      },
      queryKey: () => Promise.reject(new CloisterError('kms/not-found')),
      queries: () => Promise.reject(new CloisterError('client/offline')),
      plan: async () => {},
      answer: async () => {},
      refuse: async () => {},
      close: async () => {},
    };
  }

  /** The core lost this index, or somebody had it dropped. */
  forget(roomId: RoomId): void {
    this.#room(roomId).generations.clear();
    this.index.restore(new ModelCore());
  }

  #indexed(roomId: RoomId): IndexedRoom {
    const { resourceUri, log, generations } = this.#room(roomId);
    const indexes = [...generations].map((generation) => ({
      generation,
      position: this.index.position(roomId, generation),
    }));
    return { roomId, resourceUri, head: log.length, indexes };
  }

  #searchKey(resourceUri: ResourceUri): SearchKey {
    const room = [...this.rooms.values()].find((one) => one.resourceUri === resourceUri);
    if (room === undefined) throw new CloisterError('kms/not-authorized');
    const key = SecretKey.fromBytes(resourceUri, room.key);
    return { epoch: 1, createdAt: new Date(0).toISOString(), key };
  }

  #room(roomId: RoomId): ScriptedRoom {
    const room = this.rooms.get(roomId);
    if (room === undefined) throw new CloisterError('core/not-found');
    return room;
  }

  #lost(): CloisterError {
    this.failing = undefined;
    return new CloisterError('client/offline');
  }

  #refuse(): void {
    if (this.off !== undefined) throw this.off;
  }

  /** Tells whoever waits for rooms. */
  wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

export const sealed = (text: string) => ({ sealed: text, keyUri: 'kms://kms.acme.example/keys/1' as KeyUri });

const aborted = (signal: AbortSignal | undefined): Promise<never> =>
  new Promise((_, reject) => {
    const end = () => reject(new CloisterError('client/cancelled'));
    if (signal?.aborted) end();
    signal?.addEventListener('abort', end);
  });
