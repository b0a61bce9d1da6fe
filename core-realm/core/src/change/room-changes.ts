import type { Database } from '@cloister/database';
import { operationId } from '@cloister/verify';
import {
  type ActivityRequest,
  CloisterError,
  type ConversationCreate,
  type KeyLimits,
  type KmsHost,
  type OperationKind,
  type RoomId,
} from '@cloister/wire';
import type { Asker } from '../domain/asker.ts';
import type { AskedChange, KmsHostOf, KnownPerson } from '../domain/decide-change.ts';
import type { Intent } from '../domain/intent.ts';
import { keyEntry, memberEntry } from '../domain/new-entry.ts';
import { planCreate } from '../domain/plan-create.ts';
import type { RoomView } from '../domain/room.ts';
import type { StoredActivity } from '../domain/stored-activity.ts';
import type { RoomWriter } from '../rooms/room-writer.ts';
import { findActivity } from '../store/activities.ts';
import { findRoom } from '../store/find-rooms.ts';
import type { StoredIntent } from '../store/intents.ts';
import type { Decided } from './evidence.ts';
import { SealedRefusal } from './sealed-refusal.ts';
import type { TwoPartChanges } from './two-part-changes.ts';
import { writeCreate } from './write-create.ts';
import { writeIntent } from './write-intent.ts';

/** The requests that need a sealed half. */
export type TwoPartRequest = Extract<ActivityRequest, { sealed: string }>;

export interface RoomChangesOptions {
  readonly db: Database;
  readonly rooms: RoomWriter;
  readonly changes: TwoPartChanges;
  readonly person: (id: string) => KnownPerson;
  readonly kmsHostOf: KmsHostOf;
  readonly limits: KeyLimits;
  readonly now: () => number;
}

/** An answer with the key server's sealed reply for the asker; without one if a restart lost it. */
export interface Changed<T> {
  readonly value: T;
  readonly reply: string | null;
  readonly repeated: boolean;
}

/** Creations and changes of people and keys, from the request to the answer. */
export class RoomChanges {
  readonly #options: RoomChangesOptions;

  constructor(options: RoomChangesOptions) {
    this.#options = options;
  }

  async create(asker: Asker, create: ConversationCreate): Promise<Changed<RoomView>> {
    const intent = planCreate(asker, create, {
      operationId: operationId(asker.userId, create.sealed),
      kmsHost: this.#kmsHostOf(asker),
      person: this.#options.person,
      kmsHostOf: this.#options.kmsHostOf,
      now: new Date(this.#options.now()),
    });
    return this.#options.changes.own(intent.operationId, () => this.#create(asker, intent));
  }

  async #create(asker: Asker, intent: Intent): Promise<Changed<RoomView>> {
    const written = await this.#options.rooms.change(intent.roomId, (tx) => writeCreate(tx, intent));
    if ('room' in written) return { value: written.room, reply: null, repeated: true };
    const { reply, repeated } = await this.#carry(written.intent);
    const view = await findRoom(this.#options.db, written.intent.roomId, asker.userId);
    // Created, and left or removed before this answer.
    if (view === undefined) throw new CloisterError('core/not-found');
    return { value: view, reply, repeated };
  }

  async change(asker: Asker, roomId: RoomId, request: TwoPartRequest): Promise<Changed<StoredActivity>> {
    const asked = askedChange(request);
    const intent = await this.#intentOf(asker, roomId, request, asked);
    return this.#options.changes.own(intent.operationId, () => this.#change(intent, asked));
  }

  async #change(intent: Intent, asked: AskedChange): Promise<Changed<StoredActivity>> {
    const { db, rooms, person, kmsHostOf, limits } = this.#options;
    const { roomId } = intent;
    const written = await rooms.change(roomId, (tx) => writeIntent(tx, intent, asked, { person, kmsHostOf, limits }));
    if ('activity' in written) return { value: written.activity, reply: null, repeated: true };
    const { reply, repeated, activityId, entry } = await this.#carry(written.intent);
    const activity = entry ?? (await findActivity(db, roomId, activityId));
    if (activity === null) throw new CloisterError('core/internal');
    return { value: activity, reply, repeated };
  }

  async #carry(intent: StoredIntent) {
    const earlier = intent.outcome;
    const decided: Decided = earlier.state === 'pending' ? await this.#options.changes.carry(intent) : earlier;
    if (decided.state === 'refused') throw refusal(decided.reply);
    const { reply, activityId, entry } = decided;
    return { reply, activityId, entry, repeated: earlier.state === 'applied' };
  }

  async #intentOf(asker: Asker, roomId: RoomId, request: TwoPartRequest, asked: AskedChange): Promise<Intent> {
    const { userId, organisationId, deviceId } = asker;
    return {
      operationId: operationId(userId, request.sealed),
      kind: asked.kind,
      roomId,
      kmsHost: this.#kmsHostOf(asker),
      userId,
      organisationId,
      deviceId: deviceId ?? null,
      subjects: asked.subject === undefined ? [] : [asked.subject],
      resourceUri: null,
      keyUri: asked.keyUri ?? null,
      sealed: request.sealed,
      outer: { kind: 'change', entry: this.#entryOf(asker, roomId, request) },
      pair: null,
      since: new Date(this.#options.now()),
    };
  }

  #entryOf({ userId }: Asker, roomId: RoomId, request: TwoPartRequest) {
    if (!('subject' in request)) return keyEntry(roomId, userId, request);
    return memberEntry(roomId, userId, request, this.#options.person(request.subject)?.organisationId);
  }

  #kmsHostOf({ organisationId }: Asker): KmsHost {
    const kmsHost = this.#options.kmsHostOf(organisationId);
    if (kmsHost === undefined) throw new CloisterError('core/kms-unavailable');
    return kmsHost;
  }
}

const kinds = {
  add: 'add',
  leave: 'remove',
  assignModerator: 'appoint',
  unassignModerator: 'dismiss',
  updateKey: 'updateKey',
  addKey: 'addKey',
} as const satisfies Record<TwoPartRequest['verb'], OperationKind>;

const askedChange = (request: TwoPartRequest): AskedChange => {
  const kind = kinds[request.verb];
  return 'subject' in request ? { kind, subject: request.subject } : { kind, keyUri: request.keyUri };
};

/** kms.md §1.7: a sealed refusal goes to the asker as it came; one without a reply says only that nothing was applied. */
const refusal = (reply: string | null): CloisterError =>
  reply === null ? new CloisterError('core/operation-refused') : new SealedRefusal(reply);
