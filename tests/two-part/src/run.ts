import { sql } from '@cloister/database';
import { operationId } from '@cloister/verify';
import {
  CloisterError,
  type KeyUri,
  newId,
  type OperationId,
  type OperationKind,
  parseActivityRequest,
  parseConversationCreate,
  type ResourceUri,
  type RoomId,
  type UserId,
} from '@cloister/wire';
import type { Scheduler } from 'fast-check';
import { bodyOf, type Changing, noWords, sealedAsk } from './asks.ts';
import { Link } from './link.ts';
import { type Asker, contentEntry, findRoom, type Parts } from './testing/core-internals.ts';
import type { CoreProcess } from './testing/core-process.ts';
import type { KmsProcess } from './testing/kms-process.ts';
import type { Person, World } from './testing/world.ts';

export interface Room {
  readonly id: RoomId;
  resourceUri: ResourceUri | undefined;
  /** Keys that somebody asked to bind, newest last. */
  readonly keys: { readonly uri: KeyUri; readonly owner: UserId }[];
}

/** What the asker was told. `unknown`: nothing, or that it is still undecided. */
export type Told = 'nothing yet' | 'done' | 'refused' | 'unknown';

/** One request for a two-part change, as it was put to the core. */
export interface Asked {
  readonly operationId: OperationId;
  readonly kind: OperationKind;
  readonly room: Room;
  readonly actor: Person;
  readonly sealed: string;
  readonly body: Record<string, unknown>;
  readonly subject: UserId | undefined;
  readonly keyUri: KeyUri | undefined;
  told: Told;
  code?: string;
}

export interface Posted {
  readonly room: Room;
  readonly actor: UserId;
  readonly keyUri: KeyUri;
  readonly clientTempId: string;
  told: Told;
}

/** A key asked for at the key server, and the last receipt of the resource at that moment. */
export interface Fetched {
  readonly person: UserId;
  readonly keyUri: KeyUri;
  readonly room: Room;
  readonly lastReceipt: string | null;
  readonly given: boolean;
}

/** Longer than anything waits. */
const settleMs = 5000;
const settleRounds = 60;

/** One run: what people asked, what they were told, and the frames between core and key server. */
export class Run {
  readonly world: World;
  readonly rooms: Room[] = [];
  readonly asked: Asked[] = [];
  readonly posted: Posted[] = [];
  readonly fetched: Fetched[] = [];
  readonly departures: number[] = [];
  readonly errors: unknown[] = [];
  readonly #scheduler: Scheduler;
  readonly link: Link;

  constructor(world: World, scheduler: Scheduler) {
    this.world = world;
    this.#scheduler = scheduler;
    world.core.onDeath = () => this.#died(world.core);
    world.kms.onDeath = () => this.#died(world.kms);
    this.link = new Link({ world, later: (label, work) => this.later(label, work), opened: () => this.#remove() });
  }

  get parts(): Parts | undefined {
    return this.world.core.parts;
  }

  person(index: number): Person {
    return this.world.people[index % this.world.people.length] as Person;
  }

  room(index: number): Room {
    return this.rooms[index % this.rooms.length] as Room;
  }

  /** Something that happens when the scheduler says so. */
  later(label: string, work: () => unknown): void {
    void this.#scheduler.schedule(Promise.resolve(), label).then(async () => {
      try {
        await work();
      } catch (error) {
        this.errors.push(error);
      }
    });
  }

  // What people do

  async create(actor: Person, others: readonly UserId[]): Promise<void> {
    const room: Room = { id: newId<RoomId>(), resourceUri: undefined, keys: [] };
    const keyUri = this.#takeKey(room, actor);
    const userIds = [actor.id, ...others.filter((id) => id !== actor.id)];
    const cloister = { roomId: room.id };
    const sealed = await this.#seal(actor, {
      method: 'create',
      uri: '/resources',
      userIds,
      keyUris: [keyUri],
      cloister,
    });
    const body = {
      objectType: 'conversation',
      encryptionKeyUrl: keyUri,
      defaultActivityEncryptionKeyUrl: keyUri,
      activities: {
        items: [{ verb: 'create' }, ...userIds.map((id) => ({ verb: 'add', object: { objectType: 'person', id } }))],
      },
      cloister,
      kmsMessage: sealed,
    };
    this.rooms.push(room);
    this.#ask({ kind: 'create', room, actor, sealed, body, subject: undefined, keyUri });
  }

  async change(kind: Changing, room: Room, actor: Person, subject: UserId): Promise<void> {
    const resourceUri = await this.#resourceOf(room);
    if (resourceUri === undefined) return;
    const isKey = kind === 'updateKey' || kind === 'addKey';
    const keyUri = isKey ? this.#takeKey(room, actor) : undefined;
    const cloister = { roomId: room.id };
    const sealed = await this.#seal(actor, { ...sealedAsk(kind, resourceUri, { subject, keyUri }), cloister });
    const body = bodyOf(kind, isKey ? (keyUri as KeyUri) : subject, sealed);
    this.#ask({ kind, room, actor, sealed, body, subject: isKey ? undefined : subject, keyUri });
  }

  /** Somebody who may ask for a change as the core has the room now, and somebody it makes sense for, if there is anybody. */
  async fitting(kind: Changing, room: Room, by: number, who: number): Promise<{ actor: Person; subject: Person }> {
    const rows = await this.world.core.real.rows(sql<{ id: UserId; moderator: boolean }>`
      select user_id::text as id, moderator from memberships where room_id = ${room.id}`);
    const [members, moderators] = [rows, rows.filter(({ moderator }) => moderator)].map((all) =>
      this.world.people.filter((person) => all.some(({ id }) => id === person.id)),
    ) as [Person[], Person[]];
    const others = this.world.people.filter((person) => !members.includes(person));
    const one = (of: readonly Person[], index: number) => of[index % Math.max(1, of.length)] ?? this.person(index);
    const subjects = { add: others, dismiss: moderators }[kind as string] ?? members;
    return { actor: one(moderators.length > 0 ? moderators : members, by), subject: one(subjects, who) };
  }

  post(room: Room, actor: Person, key: number): void {
    const { parts } = this;
    const known = room.keys.toReversed()[key % Math.max(1, room.keys.length)];
    if (parts === undefined || known === undefined || !this.#isActive(actor)) return;
    const clientTempId = newId();
    const body = {
      objectType: 'activity',
      verb: 'post',
      object: { objectType: 'comment', displayName: noWords },
      encryptionKeyUrl: known.uri,
      clientTempId,
    };
    const posted: Posted = { room, actor: actor.id, keyUri: known.uri, clientTempId, told: 'nothing yet' };
    this.posted.push(posted);
    const request = parseActivityRequest(JSON.stringify(body));
    if (request.verb !== 'post') throw new Error('no post');
    this.#tell(posted, () => parts.context.rooms.post(contentEntry(room.id, actor.id, request)));
  }

  /** The same request once more, perhaps by somebody else or for another room: bytes that were seen before. */
  replay(index: number, by: Person | undefined, room: Room | undefined): void {
    const earlier = this.asked[index % Math.max(1, this.asked.length)];
    if (earlier === undefined) return;
    const actor = by ?? earlier.actor;
    // A create names its room in its body.
    const at = earlier.kind === 'create' ? earlier.room : (room ?? earlier.room);
    this.#ask({ ...earlier, actor, room: at });
  }

  /** Once more what the key server has decided: whoever asks again, it stays decided. */
  async replayDecided(most: number): Promise<void> {
    const ids = this.asked.map(({ operationId: id }) => id);
    const decided = await this.world.kms.real.rows(
      sql<{ id: string }>`select operation_id as id from operation where operation_id = any(${ids}::text[])`,
    );
    const known = new Set(decided.map(({ id }) => id));
    const again = this.asked.filter(({ operationId: id }) => known.delete(id)).slice(-most);
    for (const asked of again) this.#ask(asked);
  }

  /** A sealed half as a message of its own, which a core could relay. */
  async relay(index: number): Promise<void> {
    const earlier = this.asked[index % Math.max(1, this.asked.length)];
    const { kms } = this.world.kms;
    if (earlier === undefined || kms === undefined) return;
    const { id: userId } = earlier.actor;
    void kms.handleBatch({ userId, organisationId: this.world.organisationId, messages: [earlier.sealed as never] });
  }

  /** Whether the key server gives a key now. */
  async fetch(room: Room, actor: Person, key: number): Promise<void> {
    const { kms, feed, real } = this.world.kms;
    const known = room.keys.toReversed()[key % Math.max(1, room.keys.length)];
    const resourceUri = await this.#resourceOf(room);
    if (kms === undefined || known === undefined || resourceUri === undefined) return;
    if (feed.directory.person(actor.id)?.active !== true) return;
    const id = resourceUri.slice(resourceUri.lastIndexOf('/') + 1);
    const bound = await real.maybe(sql<{ lastReceipt: string | null }>`
      select r.last_receipt as "lastReceipt" from resource r join content_key k on k.resource_id = r.resource_id
      where r.resource_id = ${id} and k.key_id = ${known.uri.slice(known.uri.lastIndexOf('/') + 1)}`);
    if (bound === null) return;
    // The key server may die before it answers.
    void actor.client.try({ method: 'retrieve', uri: known.uri }, actor.bearer).then((response) => {
      if (response === null) return;
      const given = response.status === 200;
      this.fetched.push({ person: actor.id, keyUri: known.uri, room, lastReceipt: bound.lastReceipt, given });
    });
  }

  /** Somebody leaves the organisation, or comes back; the realms hear of it each in its own time. */
  standing(person: Person, active: boolean): void {
    const { feed, organisationId, administrator, core, kms } = this.world;
    const known = feed.entries.findLast((entry) => entry.kind === 'person' && entry.id === person.id);
    if (known?.kind === 'person' && known.active === active) return;
    const seq = feed.state({ id: person.id, organisationId }, active, administrator);
    if (!active) this.departures.push(seq);
    for (const process of [core, kms]) this.#hearSoon(process);
  }

  // What goes wrong

  crash(process: CoreProcess | KmsProcess, steps: number): void {
    if (steps === 0) process.life.end();
    else process.life.dieAfter(steps);
  }

  pass(ms: number): void {
    const { world } = this;
    world.clock.pass(ms);
    for (const process of [world.core, world.kms]) if (!process.feed.isBehind) process.feed.hear(world.clock.now);
    if (ms < settleMs) return;
    if (this.parts !== undefined) void this.parts.recovery.run();
    this.#remove();
    this.link.sendRemovals();
  }

  // The end

  /** Lets everything happen that still may; faults are over. @throws when it does not come to rest */
  async settle(): Promise<void> {
    for (let round = 0; round < settleRounds; round += 1) {
      for (const { life } of [this.world.core, this.world.kms]) life.spare();
      await this.#scheduler.waitAll();
      if (await this.#isSettled()) return;
      this.pass(settleMs);
      await this.world.busy.quiet();
    }
    throw new Error(`does not come to rest: ${JSON.stringify(await this.#unsettled())}`, { cause: this.errors });
  }

  async #isSettled(): Promise<boolean> {
    return Object.values(await this.#unsettled()).every((count) => count === 0);
  }

  async #unsettled(): Promise<Record<string, number>> {
    const { core, kms } = this.world;
    const count = async (process: CoreProcess | KmsProcess, statement: ReturnType<typeof sql<{ count: number }>>) =>
      (await process.real.one(statement)).count;
    const left = kms.feed.directory.leavers().map(({ id }) => id);
    return {
      down: [this.parts !== undefined, kms.kms !== undefined, this.link.isOpen].filter((up) => up !== true).length,
      asking: [...this.asked, ...this.posted].filter(({ told }) => told === 'nothing yet').length,
      behind: [core.feed, kms.feed].filter(({ isBehind }) => isBehind).length,
      pending: await count(core, sql<{ count: number }>`select count(*) as count from intents where state = 'pending'`),
      untold: await count(kms, sql<{ count: number }>`select count(*) as count from leaver_removal where undelivered`),
      standing: await count(
        kms,
        sql<{
          count: number;
        }>`select count(*) as count from resource_authorization where subject_id = any(${left}::uuid[])`,
      ),
    };
  }

  // Inside

  #takeKey(room: Room, actor: Person): KeyUri {
    const uri = actor.keys.pop();
    if (uri === undefined) throw new Error('out of keys');
    room.keys.push({ uri, owner: actor.id });
    return uri;
  }

  #seal(actor: Person, ask: Record<string, unknown>): Promise<string> {
    return actor.client.seal(ask, actor.bearer);
  }

  async #resourceOf(room: Room): Promise<ResourceUri | undefined> {
    room.resourceUri ??= (
      await this.world.core.real.maybe(
        sql<{ resourceUri: ResourceUri }>`select resource_uri as "resourceUri" from rooms where id = ${room.id}`,
      )
    )?.resourceUri;
    return room.resourceUri;
  }

  #ask(request: Omit<Asked, 'told' | 'operationId'>): void {
    const { parts } = this;
    const { kind, room, actor, body, sealed } = request;
    if (parts === undefined || !this.#isActive(actor)) return;
    const asked: Asked = { ...request, operationId: operationId(actor.id, sealed as never), told: 'nothing yet' };
    this.asked.push(asked);
    const asker = this.#asker(actor);
    const text = JSON.stringify(body);
    this.#tell(asked, () => {
      if (kind === 'create') return parts.context.changes.create(asker, parseConversationCreate(text));
      const parsed = parseActivityRequest(text);
      if (!('sealed' in parsed)) throw new Error('no two-part change');
      return parts.context.changes.change(asker, room.id, parsed);
    });
  }

  #tell(asked: Asked | Posted, work: () => Promise<unknown>): void {
    work().then(
      () => {
        asked.told = 'done';
      },
      (error: unknown) => {
        if (!(error instanceof CloisterError) || error.code === 'core/internal') this.errors.push(error);
        const code = error instanceof CloisterError ? error.code : '?';
        // A room that was created may be gone again for its creator; and some answers say that nothing is decided.
        const lost = 'kind' in asked && asked.kind === 'create' && code === 'core/not-found';
        asked.told = lost || undecided.has(code) ? 'unknown' : 'refused';
        if ('kind' in asked) asked.code = code;
      },
    );
  }

  #asker({ client, id }: Person): Asker {
    const { organisationId } = this.world;
    const expiresAt = Number.MAX_SAFE_INTEGER;
    return {
      userId: id,
      organisationId,
      sid: client.person.sid,
      expiresAt,
      purpose: undefined,
      deviceId: client.deviceId,
    };
  }

  /** The core lets nobody in of whom it has heard that they left. */
  #isActive({ id }: Person): boolean {
    return this.world.core.feed.directory.person(id)?.active === true;
  }

  readable(room: Room, person: Person) {
    return findRoom(this.world.core.real, room.id, person.id);
  }

  #died(process: CoreProcess | KmsProcess): void {
    this.link.drop();
    if (process === this.world.core) {
      for (const asked of [...this.asked, ...this.posted]) if (asked.told === 'nothing yet') asked.told = 'unknown';
    }
    this.later(`${process.name} starts`, async () => {
      await process.start();
      this.#hearSoon(process);
      this.link.openSoon();
    });
  }

  #hearSoon(process: CoreProcess | KmsProcess): void {
    this.later(`${process.name} hears`, () => {
      process.feed.hear(this.world.clock.now);
      if (process === this.world.kms) this.#remove();
    });
  }

  #remove(): void {
    this.world.kms.removeLeavers(() => this.link.sendRemovals()).catch((error) => this.errors.push(error));
  }
}

const undecided = new Set(['core/kms-unavailable', 'core/unavailable', 'platform/unavailable']);
