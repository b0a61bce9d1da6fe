import { sql } from '@cloister/database';
import { parseReceipt } from '@cloister/receipts';
import type { KeyUri, OperationId, UserId } from '@cloister/wire';
import { expect } from 'vitest';
import { historyOf, type Link } from './model.ts';
import type { Asked, Room, Run } from './run.ts';

interface Entry {
  readonly position: number;
  readonly verb: string;
  readonly actor: UserId;
  readonly object: string;
  readonly keyUri: KeyUri | null;
  readonly clientTempId: string | null;
  readonly receipt: string | null;
}

interface Member {
  readonly id: UserId;
  readonly moderator: boolean;
  readonly suspended: boolean;
}

/** Everything both databases say of one room. */
interface Found {
  readonly room: Room;
  readonly history: readonly Link[];
  readonly log: readonly Entry[];
  readonly core: readonly Member[];
  readonly kms: readonly Member[];
}

/** Whether a run that has come to rest kept every promise. */
export const check = async (run: Run): Promise<void> => {
  expect(run.errors).toEqual([]);
  expect(run.world.core.complaints).toEqual([]);
  const found = await Promise.all(run.rooms.map((room) => look(run, room)));
  for (const each of found) {
    agree(each);
    isOneLine(each);
    await leavesNothingOpen(run, each);
    answersHold(run, each);
    postsAreFresh(run, each);
    keysAreForMembers(run, each);
    await isClosedToOthers(run, each);
  }
};

/** All that could change: rows of both halves, for a comparison before and after. */
export const snapshot = async (run: Run): Promise<unknown> =>
  Promise.all(
    run.rooms.map(async (room) => {
      const { history, log, core, kms } = await look(run, room);
      const entries = log.map(({ verb, object, keyUri, clientTempId }) =>
        [verb, object, keyUri, clientTempId].join(' '),
      );
      return { receipts: history.map(({ hash }) => hash), entries, core, kms };
    }),
  );

const look = async (run: Run, room: Room): Promise<Found> => {
  const { core, kms } = run.world;
  const log = await core.real.rows(sql<Entry>`
    select position, verb, actor_id::text as actor, object, key_uri as "keyUri", client_temp_id as "clientTempId", receipt
    from activities where room_id = ${room.id} order by position`);
  const members = await core.real.rows(sql<Member>`
    select user_id::text as id, moderator, suspended_at is not null as suspended
    from memberships where room_id = ${room.id} order by user_id`);
  const authorized = await kms.real.rows(sql<Member>`
    select a.subject_id::text as id, a.moderator, false as suspended
    from resource_authorization a join resource r on r.resource_id = a.resource_id
    where r.room_id = ${room.id} order by a.subject_id`);
  const receipts = await kms.real.rows(sql<{ receipt: string }>`
    select receipt from operation where room_id = ${room.id} and status < 400 and kind <> 'closed' and receipt is not null`);
  const history = await historyOf(receipts.map(({ receipt }) => receipt));
  return { room, history, log, core: members, kms: authorized };
};

/** R326: core and key server have the same people and moderators, those of the receipts; and so does who reads the log. */
const agree = ({ history, log, core, kms }: Found): void => {
  expect(core).toEqual(kms);
  const model = history.at(-1)?.after;
  expect(kms.map(({ id }) => id)).toEqual([...(model?.members ?? [])].sort());
  const moderators = kms.flatMap(({ id, moderator }) => (moderator ? [id] : []));
  expect(moderators).toEqual([...(model?.moderators ?? [])].sort());
  expect([...followed(log)].sort()).toEqual(core.map(({ id }) => id));
};

/** The log is gapless, and so is the chain that the core has seen; `historyOf` has followed the key server's. */
const isOneLine = ({ log }: Found): void => {
  expect(log.map(({ position }) => position)).toEqual(log.map((_, index) => index + 1));
};

const leavesNothingOpen = async ({ world }: Run, { room, history }: Found): Promise<void> => {
  const links = await world.core.real.rows(sql<{ hash: string; checked: boolean }>`
    select hash, checked from receipt_links where room_id = ${room.id} order by hash`);
  expect(links.filter(({ checked }) => !checked)).toEqual([]);
  expect(links.map(({ hash }) => hash)).toEqual(history.map(({ hash }) => hash).sort());
};

/** Exactly once what was acknowledged, not at all what was refused, and the rest in both halves or in neither (R328). */
const answersHold = (run: Run, { room, history, log }: Found): void => {
  const written = log.flatMap(({ verb, receipt }, index) =>
    receipt === null || (verb === 'add' && receipt === log[0]?.receipt && index > 0)
      ? []
      : [parseReceipt(receipt).claims.operationId],
  );
  expect(new Set(written).size).toBe(written.length);
  const applied = new Map(history.map((link, index) => [link.claims.operationId, { link, index }]));
  expect(applied.size).toBe(history.length);
  for (const operationId of written) expect(applied.has(operationId)).toBe(true);
  const asked = Map.groupBy(run.asked, ({ operationId }) => operationId);
  for (const [operationId, { link, index }] of applied) {
    const { leaver, operation } = link.claims;
    if (leaver === undefined) expect(asked.has(operationId)).toBe(true);
    else expect(run.departures).toContain(leaver.entry);
    // What the key server did and the core did not is undone by a newer word about the same people.
    if (written.includes(operationId)) continue;
    const later = history.slice(index + 1).flatMap(({ claims }) => claims.subjects.map(({ id }) => id));
    expect({ operation, overtaken: link.claims.subjects.some(({ id }) => later.includes(id)) }).toEqual({
      operation,
      overtaken: true,
    });
  }
  for (const [operationId, asks] of asked) answerHolds(operationId, asks, { room, written, applied });
};

const answerHolds = (
  operationId: OperationId,
  asks: readonly Asked[],
  {
    room,
    written,
    applied,
  }: { room: Room; written: readonly OperationId[]; applied: ReadonlyMap<OperationId, unknown> },
): void => {
  const here = asks.filter((asked) => asked.room === room);
  if (here.some(({ told }) => told === 'done'))
    expect({ operationId, written: written.includes(operationId) }).toEqual({ operationId, written: true });
  if (asks.every(({ told }) => told === 'refused')) {
    expect(written).not.toContain(operationId);
    if (asks.every(({ code }) => code !== 'core/operation-refused')) expect(applied.has(operationId)).toBe(false);
  }
};

/** R313, R314: acknowledged posts are stored once, by members, under keys that nobody who left before could have had. */
const postsAreFresh = (run: Run, { room, history, log }: Found): void => {
  const bound = history.at(-1)?.after.keys ?? new Map<KeyUri, number>();
  const stored = log.filter(({ verb }) => verb === 'post');
  for (const { clientTempId, told } of run.posted.filter((posted) => posted.room === room)) {
    const count = stored.filter((entry) => entry.clientTempId === clientTempId).length;
    if (told !== 'unknown') expect({ told, count }).toEqual({ told, count: told === 'done' ? 1 : 0 });
  }
  for (const { actor, position, keyUri } of stored) {
    const before = log.slice(0, position - 1);
    expect(followed(before).has(actor)).toBe(true);
    const departures = before.flatMap(({ verb, receipt }) =>
      verb === 'leave' && receipt !== null ? [parseReceipt(receipt).claims.authorizationVersion ?? 0] : [],
    );
    expect(bound.get(keyUri as KeyUri) ?? -1).toBeGreaterThanOrEqual(Math.max(0, ...departures));
  }
};

/** R333: the key server gave a key to exactly those who stood on the list at that moment. */
const keysAreForMembers = (run: Run, { room, history }: Found): void => {
  for (const { person, lastReceipt, given } of run.fetched.filter((fetched) => fetched.room === room)) {
    const moment = history.find(({ hash }) => hash === lastReceipt);
    expect(moment).toBeDefined();
    expect(given).toBe(moment?.after.members.has(person));
  }
};

/** Nobody who is not in the room reads it at the core, and nobody's delivery stays suspended. */
const isClosedToOthers = async (run: Run, { room, core }: Found): Promise<void> => {
  expect(core.filter(({ suspended }) => suspended)).toEqual([]);
  for (const person of run.world.people) {
    const reads = (await run.readable(room, person)) !== undefined;
    expect(reads).toBe(core.some(({ id }) => id === person.id));
  }
};

/** The people that somebody knows of who follows the log alone. */
const followed = (log: readonly Entry[]): ReadonlySet<UserId> => {
  const here = new Set<UserId>();
  for (const { verb, object, actor } of log) {
    if (verb === 'create') here.add(actor);
    if (verb !== 'add' && verb !== 'leave') continue;
    const { id } = JSON.parse(object) as { id: UserId };
    if (verb === 'add') here.add(id);
    else here.delete(id);
  }
  return here;
};
