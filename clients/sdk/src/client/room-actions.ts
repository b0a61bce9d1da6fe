import { sealText } from '@cloister/seal';
import {
  CloisterError,
  type Conversation,
  hostOf,
  type ResourceUri,
  type RoomChange,
  type RoomId,
  type UserId,
} from '@cloister/wire';
import type { Rooms } from '../api/client.ts';
import type { WhoCanRead } from '../api/room-view.ts';
import { backoff } from '../async/backoff.ts';
import { pause } from '../async/pause.ts';
import type { KmsCall } from '../kms/key-server.ts';
import type { Introduction } from '../people/introductions.ts';
import type { Platform } from '../platform.ts';
import type { RoomState } from '../rooms/room-state.ts';
import type { Parts } from './parts.ts';

const mostConflicts = 6;

/** What a person does to rooms. */
export class RoomActions implements Rooms {
  readonly #parts: Parts;
  readonly #platform: Platform;
  readonly #me: UserId;

  constructor(parts: Parts, platform: Platform, me: UserId) {
    this.#parts = parts;
    this.#platform = platform;
    this.#me = me;
  }

  create({ title, people = [] }: { readonly title: string; readonly people?: readonly UserId[] }): Promise<RoomId> {
    if (title.trim() === '') throw new CloisterError('client/invalid-request', { detail: 'a room needs a title' });
    return this.#create({ title, people, tags: [] });
  }

  async direct(person: UserId): Promise<RoomId> {
    if (person === this.#me) throw new CloisterError('client/invalid-request', { detail: 'a room of two needs two' });
    const known = this.#parts.book.all().find((room) => room.direct && room.people.has(person));
    if (known !== undefined) return known.id;
    for (let attempt = 0; ; attempt += 1) {
      const served = await this.#parts.core.direct(person);
      if (served !== undefined) return (await this.#parts.book.served(served)).id;
      try {
        return await this.#create({ people: [person], tags: ['ONE_ON_ONE'] });
      } catch (cause) {
        // Both wrote first at the same moment: one room comes of it as soon as the key server has said so.
        const conflict = cause instanceof CloisterError && cause.code === 'core/conflict';
        if (!conflict || attempt >= mostConflicts) throw cause;
        await pause(this.#platform, backoff({ first: 100, most: 2_000 }, attempt, this.#platform.jitter()));
      }
    }
  }

  async open(roomId: RoomId): Promise<void> {
    const { book, ownKeys, readers } = this.#parts;
    const room = await book.need(roomId);
    if (!room.opened) await book.newest(roomId);
    // Shown when they come; without them the names stand alone.
    readers.name(book.get(roomId) ?? room).catch(() => {});
    // Ready before the first message is written; a failure shows when one is.
    if (!room.liveKeys.some(({ stale }) => !stale)) await ownKeys.prefetch().catch(() => {});
    else void ownKeys.prefetch().catch(() => {});
  }

  async add(roomId: RoomId, people: readonly UserId[]): Promise<void> {
    const { book, changes } = this.#parts;
    for (const id of people) {
      const room = await book.need(roomId);
      if (room.people.has(id)) continue;
      const { activity } = await changes.change(
        roomId,
        { verb: 'add', object: person(id), ...(await this.#introduction(room, id)) },
        { method: 'create', uri: '/authorizations', body: { resourceUri: resourceOf(room), userIds: [id] } },
      );
      await book.apply(roomId, activity);
    }
  }

  async remove(roomId: RoomId, id: UserId): Promise<void> {
    const { book, changes } = this.#parts;
    const room = await book.need(roomId);
    const uri = `${resourceOf(room)}/authorizations?authId=${encodeURIComponent(id)}`;
    const half = { verb: 'leave', object: person(id) } as const;
    const { activity } = await changes.change(roomId, half, { method: 'delete', uri });
    await book.apply(roomId, activity);
  }

  /** Who finds the room gone has left it: an earlier attempt was applied, and its answer was lost with its server. */
  async leave(roomId: RoomId): Promise<void> {
    const { book } = this.#parts;
    await book.need(roomId);
    try {
      await this.remove(roomId, this.#me);
    } catch (cause) {
      if (!(cause instanceof CloisterError) || cause.code !== 'core/not-found') throw cause;
      book.drop(roomId);
    }
  }

  appoint(roomId: RoomId, id: UserId): Promise<void> {
    return this.#moderate(roomId, 'assignModerator', id, (resource) => ({
      method: 'create',
      uri: `${resource}/moderators`,
      body: { userIds: [id] },
    }));
  }

  dismiss(roomId: RoomId, id: UserId): Promise<void> {
    return this.#moderate(roomId, 'unassignModerator', id, (resource) => ({
      method: 'delete',
      uri: `${resource}/moderators?authId=${id}`,
    }));
  }

  /** What those in a room of several organisations are told of somebody new, whom they may not ask identity about. */
  async #introduction(room: RoomState, id: UserId): Promise<Introduction> {
    const { affiliations, delivery, introductions } = this.#parts;
    if (affiliations.outsideOf([...room.people, id]).length === 0) return {};
    try {
      return await delivery.underOwnKey(room.id, (key) => introductions.ofPeople([id], key));
    } catch {
      // Names can wait for the first message; who is in the room cannot.
      return {};
    }
  }

  async #moderate(
    roomId: RoomId,
    verb: 'assignModerator' | 'unassignModerator',
    id: UserId,
    callOn: (resource: ResourceUri) => KmsCall,
  ): Promise<void> {
    const { book, changes } = this.#parts;
    const room = await book.need(roomId);
    if (room.moderators.has(id) === (verb === 'assignModerator')) return;
    const { activity } = await changes.change(roomId, { verb, object: person(id) }, callOn(resourceOf(room)));
    await book.apply(roomId, activity);
  }

  async rename(roomId: RoomId, title: string): Promise<void> {
    if (title.trim() === '') throw new CloisterError('client/invalid-request', { detail: 'a room needs a title' });
    const { delivery, core, book } = this.#parts;
    const clientTempId = this.#platform.randomUuid();
    await delivery.underOwnKey(roomId, async ({ key, uri }) => {
      const object = { objectType: 'conversation', displayName: await sealText(key, title), encryptionKeyUrl: uri };
      const body = { objectType: 'activity', verb: 'update', clientTempId, object, encryptionKeyUrl: uri };
      await book.apply(roomId, await core.post(roomId, body, 4));
    });
  }

  async markRead(roomId: RoomId, position?: number): Promise<void> {
    const { book, core } = this.#parts;
    const room = await book.need(roomId);
    const upTo = Math.min(position ?? room.head, room.head);
    const entry = room.window.entries.findLast((candidate) => candidate.position <= upTo);
    if (entry === undefined || entry.position <= room.readPosition) return;
    book.read(roomId, entry.position);
    const object = { objectType: 'activity', id: entry.id };
    await core.post(roomId, { objectType: 'activity', verb: 'acknowledge', object }, 2);
  }

  changes(roomId: RoomId, limit = 20): Promise<readonly RoomChange[]> {
    return this.#parts.core.changes(roomId, limit);
  }

  whoCanRead(roomId: RoomId): Promise<WhoCanRead> {
    return this.#parts.readers.whoCanRead(roomId);
  }

  /** The room's id is chosen here and sealed in, so that the core cannot put the resource into another room. */
  async #create(room: { title?: string; people: readonly UserId[]; tags: readonly string[] }): Promise<RoomId> {
    const { affiliations, ownKeys, changes, book, introductions } = this.#parts;
    const key = await ownKeys.unbound();
    const roomId = this.#platform.randomUuid() as RoomId;
    const others = [...new Set(room.people)].filter((id) => id !== this.#me);
    const members = [this.#me, ...others];
    const hasOutside = affiliations.outsideOf(members).length > 0;
    const body = {
      ...(hasOutside ? await introductions.ofPeople(others, key) : {}),
      ...(room.title === undefined
        ? {}
        : { displayName: await sealText(key.key, room.title), encryptionKeyUrl: key.uri }),
      defaultActivityEncryptionKeyUrl: key.uri,
      activities: { items: [{ verb: 'create' }, ...members.map((id) => ({ verb: 'add', object: person(id) }))] },
      ...(room.tags.length === 0 ? {} : { tags: room.tags }),
    };
    const call = { method: 'create', uri: '/resources', body: { userIds: members, keyUris: [key.uri] } } as const;
    const { room: served, response } = await changes.create(roomId, body, call);
    // The other of two made their room meanwhile: the core answers with that one (wires §3), and nothing was created.
    if (response === undefined && served.id !== roomId && isRoomOfTwo(served, members)) {
      return (await book.served(served)).id;
    }
    const resourceUri = response?.resource?.uri ?? served.kmsResourceObjectUrl ?? undefined;
    // What the key server said in the channel counts; the core naming another resource or room would be a swap.
    const swapped = served.kmsResourceObjectUrl !== resourceUri || served.id !== roomId;
    if (resourceUri === undefined || swapped || hostOf(resourceUri) !== hostOf(key.uri)) {
      throw new CloisterError('client/unreadable', { detail: 'the room is not the one that was created' });
    }
    await ownKeys.created(roomId, { ...key, resourceUri });
    await book.served(served);
    return roomId;
  }
}

const isRoomOfTwo = ({ tags, participants }: Conversation, members: readonly UserId[]): boolean => {
  const ids = participants?.items.map(({ id }) => id) ?? [];
  return tags?.includes('ONE_ON_ONE') === true && members.length === 2 && members.every((id) => ids.includes(id));
};

const person = (id: UserId) => ({ objectType: 'person', id });

const resourceOf = ({ resourceUri }: RoomState) => {
  if (resourceUri === undefined) throw new CloisterError('core/conflict', { detail: 'the room has no resource yet' });
  return resourceUri;
};
