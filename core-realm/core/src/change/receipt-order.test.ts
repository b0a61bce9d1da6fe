import { type Database, openDatabase, sql } from '@cloister/database';
import { openLog } from '@cloister/logging';
import type { ReceiptClaims } from '@cloister/receipts';
import { database, type TestDatabase } from '@cloister/testkit';
import { leaverOperationId } from '@cloister/verify';
import {
  type ActivityId,
  type CompactJwe,
  instanceUri,
  type KmsHost,
  newId,
  type OperationId,
  type OrganisationId,
  type RemovalFrame,
  type RoomId,
  type UserId,
} from '@cloister/wire';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Intent } from '../domain/intent.ts';
import type { Committed, RoomWriter } from '../rooms/room-writer.ts';
import { insertIntent } from '../store/intents.ts';
import { insertMember, insertRoom } from '../store/room-writes.ts';
import { conclude } from './conclude.ts';
import { writeRemoval } from './write-removal.ts';

// Receipts come home in any order. Whatever the order, people and moderators end as the key server has them.

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
const organisationId = newId<OrganisationId>();
const kmsHost = 'kms.acme.test' as KmsHost;
const people = [newId<UserId>(), newId<UserId>(), newId<UserId>()];
const creator = newId<UserId>();
const log = openLog({ name: 'test', destination: { write: () => undefined } });

let base: TestDatabase;
let db: Database;
beforeAll(async () => {
  base = await database();
  db = openDatabase({ host: base.host, database: base.database, user: base.user, credentialFile: base.credentialFile });
  await db.migrate(new URL('../../migrations/', import.meta.url));
});
afterAll(async () => {
  await db.close();
  await base.drop();
});

const isCommitted = <T>(done: Committed<T> | T): done is Committed<T> =>
  typeof done === 'object' && done !== null && 'entries' in done;

/** Transactions alone: nobody is told. */
const rooms = {
  change: async <T>(_: RoomId, work: Parameters<RoomWriter['change']>[1]) => {
    const done = (await db.transaction(work)) as Committed<T> | T;
    return isCommitted(done) ? done.value : done;
  },
} as unknown as RoomWriter;
const options = { rooms, now: () => 0, log, isGone: () => false };

type Kind = 'add' | 'remove' | 'appoint' | 'dismiss' | 'left';
interface Change {
  readonly kind: Kind;
  readonly who: UserId;
  /** The key server's order. */
  readonly version: number;
}

/** What the key server applied, in its order: each change starts from where the one before left the person. */
const history = fc
  .array(fc.record({ who: fc.constantFrom(...people), wish: fc.nat({ max: 5 }) }), { minLength: 2, maxLength: 14 })
  .map((wishes) => {
    const on = new Set<UserId>();
    const moderators = new Set<UserId>();
    const changes = wishes.map(({ who, wish }, index): Change => {
      const kind = on.has(who) ? kindOf(wish, moderators.has(who)) : 'add';
      if (kind === 'add') on.add(who);
      if (kind === 'appoint') moderators.add(who);
      if (kind !== 'add' && kind !== 'appoint') moderators.delete(who);
      if (kind === 'remove' || kind === 'left') on.delete(who);
      return { kind, who, version: index + 2 };
    });
    return { changes, on, moderators };
  });

const kindOf = (wish: number, moderator: boolean): Kind => {
  if (wish < 2) return 'remove';
  if (wish === 2) return 'left';
  return moderator ? 'dismiss' : 'appoint';
};

/** Any order in which nobody is appointed or dismissed before they were added: the core asks for it of members alone. */
const shuffled = (changes: readonly Change[], ranks: readonly number[]): Change[] => {
  const order = changes.toSorted((a, b) => (ranks[a.version] ?? 0) - (ranks[b.version] ?? 0) || a.version - b.version);
  const home: Change[] = [];
  const bring = (change: Change): void => {
    if (home.includes(change)) return;
    const isStanding = change.kind === 'appoint' || change.kind === 'dismiss';
    const before = changes.filter(({ who, version }) => who === change.who && version < change.version);
    const added = before.findLast(({ kind }) => kind === 'add');
    if (isStanding && added !== undefined) bring(added);
    home.push(change);
  };
  for (const change of order) bring(change);
  return home;
};

const room = async () => {
  const roomId = newId<RoomId>();
  const resourceUri = instanceUri(kmsHost, 'resources', newId());
  const at = new Date(0);
  const bare = { title: null, titleKey: null, defaultKey: null, tags: [], pairLow: null, pairHigh: null };
  const made = { id: roomId, organisationId, kmsHost, resourceUri, head: 1, version: 1, departureVersion: 0 };
  await db.transaction(async (tx) => {
    await insertRoom(tx, { ...made, ...bare, createdBy: creator, createdAt: at, updatedAt: at });
    await insertMember(tx, { roomId, userId: creator, organisationId, position: 1 });
  });
  return { roomId, resourceUri };
};

type Made = Awaited<ReturnType<typeof room>>;
const party = (id: UserId) => ({ id, organisationId });

const receiptOf = ({ roomId, resourceUri }: Made, { kind, who, version }: Change, operationId: OperationId) =>
  ({
    iss: kmsHost,
    operationId,
    status: 200,
    operation: kind === 'left' ? 'remove' : kind,
    room: roomId,
    resourceUri,
    actor: party(creator),
    subjects: [party(who)],
    keyUris: [],
    authorizationVersion: version,
    previous: null,
    ...(kind === 'left' ? { leaver: { entry: version } } : {}),
    issuedAt: 0,
  }) as ReceiptClaims;

const verbs = {
  add: 'add',
  remove: 'leave',
  left: 'leave',
  appoint: 'assignModerator',
  dismiss: 'unassignModerator',
} as const;

const intentOf = ({ roomId, resourceUri }: Made, { kind, who }: Change): Intent => ({
  operationId: newId().replaceAll('-', '').repeat(2) as OperationId,
  kind: kind === 'left' ? 'remove' : kind,
  roomId,
  kmsHost,
  userId: creator,
  organisationId,
  deviceId: null,
  subjects: [who],
  resourceUri,
  keyUri: null,
  sealed: 'x' as CompactJwe,
  outer: {
    kind: 'change',
    entry: {
      ...{ roomId, id: newId<ActivityId>(), actorId: creator, verb: verbs[kind], object: JSON.stringify({ id: who }) },
      ...{ keyUri: null, parentId: null, parentType: null, clientTempId: null, cloister: null, extra: null },
    },
  },
  pair: null,
  since: new Date(0),
});

/** Brings one receipt home, as an answer to an intent or as a removal the key server made by itself. */
const bringHome = async (made: Made, change: Change, intent: Intent | undefined): Promise<boolean> => {
  if (intent !== undefined) {
    const receipt = receiptOf(made, change, intent.operationId);
    await conclude(intent, { receipt, bound: true, jws: newId(), reply: null }, options);
    return true;
  }
  const { roomId, resourceUri } = made;
  const subject = party(change.who);
  const operationId = leaverOperationId({ personId: change.who, resourceUri, entry: change.version });
  const frame = { type: 'removal', id: newId(), operationId, roomId, resourceUri, subject, receipt: newId() };
  const removal = {
    frame: frame as unknown as RemovalFrame,
    receipt: receiptOf(made, change, operationId),
    entry: change.version,
  };
  const { recorded } = await rooms.change(roomId, (tx) =>
    writeRemoval(tx, removal, frame.receipt, { now: new Date(0), isGone: () => false }),
  );
  return recorded;
};

const standing = (roomId: RoomId) =>
  db.rows(sql<{ who: UserId; moderator: boolean }>`
    select user_id::text as who, moderator from memberships where room_id = ${roomId} and user_id <> ${creator}`);

interface Entry {
  readonly position: number;
  readonly verb: string;
  readonly object: string;
}

const followed = (entries: readonly Entry[]): ReadonlySet<string> => {
  const here = new Set<string>();
  for (const { verb, object } of entries) {
    const { id } = JSON.parse(object) as { id: string };
    if (verb === 'add') here.add(id);
    if (verb === 'leave') here.delete(id);
  }
  return here;
};

it('ends as the key server has it, in whatever order receipts come home: an old add brings nobody back (R326, R333)', async () => {
  const ranks = fc.array(fc.nat({ max: 100 }), { minLength: 20, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(history, ranks, async ({ changes, on, moderators }, order) => {
      const made = await room();
      const intents = new Map<Change, Intent>();
      for (const change of changes) {
        if (change.kind === 'left') continue;
        const intent = intentOf(made, change);
        intents.set(change, intent);
        await insertIntent(db, intent);
      }
      const late: Change[] = [];
      for (const change of shuffled(changes, order)) {
        if (!(await bringHome(made, change, intents.get(change)))) late.push(change);
      }
      // What was not written while something was being decided is sent again; and everything once more.
      for (const change of late) expect(await bringHome(made, change, undefined)).toBe(true);
      for (const change of changes) await bringHome(made, change, intents.get(change));
      const rows = await standing(made.roomId);
      expect(rows.map(({ who }) => who).sort()).toEqual([...on].sort());
      expect(rows.flatMap(({ who, moderator }) => (moderator ? [who] : [])).sort()).toEqual([...moderators].sort());
      // A reader who follows the log alone comes to the same people.
      const entries = await db.rows(sql<Entry>`
        select position, verb, object from activities where room_id = ${made.roomId} order by position`);
      expect(entries.map(({ position }) => position)).toEqual(entries.map((_, index) => index + 2));
      expect([...followed(entries)].sort()).toEqual([...on].sort());
    }),
    { numRuns },
  );
});
