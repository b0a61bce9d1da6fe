import { type Activity, type KeyUri, newId, type RoomId, type UserId } from '@cloister/wire';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestClient, TestEvents } from './testing/test-client.ts';
import { TestCore } from './testing/test-core.ts';

// A room against a model of it: whatever people do, in whatever order, and wherever the core dies, the log is gapless,
// nothing acknowledged is lost or doubled, stale keys are refused, members alone hear, and the key server agrees.

const runs = Math.max(3, Math.round(Number(process.env.CLOISTER_RUNS ?? 100) / 4));
const crowd = 4;

type Step =
  | { readonly kind: 'post' | 'post-stale' | 'retry' | 'rotate' | 'own-key'; readonly by: number }
  | { readonly kind: 'add' | 'leave'; readonly by: number; readonly who: number }
  | { readonly kind: 'crash' }
  | { readonly kind: 'crash-under-posts'; readonly by: number; readonly count: number };

const someone = fc.nat({ max: crowd - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constantFrom('post', 'retry', 'post-stale', 'rotate', 'own-key'), by: someone }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('add', 'leave'), by: someone, who: someone }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'crash' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('crash-under-posts' as const),
      by: someone,
      count: fc.integer({ min: 1, max: 8 }),
    }),
  },
);

interface Heard {
  readonly events: TestEvents[];
}

let core: TestCore;
beforeAll(async () => {
  core = await TestCore.start();
});
afterAll(() => core.end());

/** What should be true of the room, and the people acting on it. */
class Model {
  readonly members = new Set<UserId>();
  readonly stale: KeyUri[] = [];
  readonly acknowledged = new Map<string, string>();
  readonly heard = new Map<UserId, Heard>();
  readonly clients: TestClient[];
  readonly roomId: RoomId;
  readonly resource: string;
  fresh: KeyUri | undefined;

  constructor(clients: TestClient[], created: { id: string; kmsResourceObjectUrl?: unknown }, key: KeyUri) {
    this.clients = clients;
    this.roomId = created.id as RoomId;
    this.resource = String(created.kmsResourceObjectUrl);
    this.fresh = key;
    this.members.add((clients[0] as TestClient).person.id);
  }

  client(index: number): TestClient {
    return this.clients[index] as TestClient;
  }

  async listen(): Promise<void> {
    for (const client of this.clients) {
      const known = this.heard.get(client.person.id) ?? { events: [] };
      this.heard.set(client.person.id, known);
      known.events.push(await client.connect());
    }
  }

  depart(who: UserId): void {
    this.members.delete(who);
    if (this.fresh !== undefined) this.stale.push(this.fresh);
    this.fresh = undefined;
  }
}

const post = async (model: Model, client: TestClient, clientTempId = newId<never>() as string): Promise<void> => {
  const isMember = model.members.has(client.person.id);
  const key = model.fresh ?? model.stale.at(-1) ?? core.acme.newKey();
  const { status, body } = await client.post(model.roomId, key, { clientTempId });
  const known = model.acknowledged.get(clientTempId);
  if (!isMember) return expect(status).toBe(404);
  if (known !== undefined) return expect(body.id).toBe(known);
  if (model.fresh === undefined) return expect(body.errorCode).toBe(1400087);
  expect(status).toBe(200);
  model.acknowledged.set(clientTempId, body.id);
};

const change = async (model: Model, { kind, by, who }: Extract<Step, { kind: 'add' | 'leave' }>): Promise<void> => {
  const [client, subject] = [model.client(by), model.client(who).person.id];
  const answer = kind === 'add' ? await client.add(model.roomId, subject) : await client.leave(model.roomId, subject);
  const allowed = model.members.has(client.person.id) && model.members.has(subject) === (kind === 'leave');
  if (!allowed) return expect([404, 409]).toContain(answer.status);
  expect(answer.status).toBe(200);
  if (kind === 'add') model.members.add(subject);
  else model.depart(subject);
};

const rotate = async (model: Model, client: TestClient, isDefault: boolean): Promise<void> => {
  const key = core.acme.newKey();
  const { status } = isDefault ? await client.updateKey(model.roomId, key) : await client.addKey(model.roomId, key);
  if (!model.members.has(client.person.id)) return expect(status).toBe(404);
  expect(status).toBe(200);
  model.fresh = key;
};

const crash = async (model: Model, posting?: { client: TestClient; count: number }): Promise<void> => {
  const sent = Array.from({ length: posting?.count ?? 0 }, () => newId() as string);
  const key = model.fresh;
  const answers =
    posting === undefined || key === undefined
      ? []
      : sent.map((clientTempId) => posting.client.post(model.roomId, key, { clientTempId }).catch(() => undefined));
  if (answers.length > 0) await Promise.race(answers);
  await core.kill();
  (await Promise.all(answers)).forEach((answer, index) => {
    if (answer?.status === 200) model.acknowledged.set(sent[index] ?? '', answer.body.id);
  });
  await core.start();
  await model.listen();
  // Whoever got no answer asks again: it is stored once either way.
  if (posting !== undefined && key !== undefined)
    for (const clientTempId of sent) await post(model, posting.client, clientTempId);
};

const act = async (model: Model, done: Step): Promise<void> => {
  switch (done.kind) {
    case 'post':
      return post(model, model.client(done.by));
    case 'retry': {
      const [again] = model.acknowledged.keys();
      const log = again === undefined ? [] : await authorOf(model, again);
      const author = log[0];
      return author === undefined || again === undefined ? undefined : post(model, author, again);
    }
    case 'post-stale': {
      const [old] = model.stale;
      if (old === undefined) return;
      const { status, body } = await model.client(done.by).post(model.roomId, old);
      const isMember = model.members.has(model.client(done.by).person.id);
      return isMember ? expect([1400087, 1409004]).toContain(body.errorCode) : expect(status).toBe(404);
    }
    case 'rotate':
    case 'own-key':
      return rotate(model, model.client(done.by), done.kind === 'rotate');
    case 'add':
    case 'leave':
      return change(model, done);
    case 'crash':
      return crash(model);
    case 'crash-under-posts':
      return crash(model, { client: model.client(done.by), count: done.count });
  }
};

/** The author of an acknowledged message, if still a member. */
const authorOf = async (model: Model, clientTempId: string): Promise<TestClient[]> => {
  const reader = model.clients.find(({ person }) => model.members.has(person.id));
  const log = reader === undefined ? [] : await reader.history(model.roomId);
  const actor = log.find((entry) => entry.clientTempId === clientTempId)?.actor.id;
  return model.clients.filter(({ person }) => person.id === actor && model.members.has(person.id));
};

/** Who was a member just after each position. */
const membersAt = (log: readonly Activity[], creator: UserId): ReadonlySet<UserId>[] => {
  const now = new Set([creator]);
  return log.map(({ verb, object }) => {
    if (verb === 'add') now.add(object?.id as UserId);
    if (verb === 'leave') now.delete(object?.id as UserId);
    return new Set(now);
  });
};

const check = async (model: Model): Promise<void> => {
  expect(core.acme.peopleOf(model.resource)).toEqual([...model.members].sort());
  const reader = model.clients.find(({ person }) => model.members.has(person.id));
  if (reader === undefined) return;
  const log = await reader.history(model.roomId);
  expect(log.map(({ position }) => position)).toEqual(log.map((_, index) => index + 1));
  const posts = log.filter(({ verb }) => verb === 'post');
  expect(new Set(posts.map(({ clientTempId }) => clientTempId)).size).toBe(posts.length);
  for (const [clientTempId, id] of model.acknowledged)
    expect(posts.find((entry) => entry.clientTempId === clientTempId)?.id).toBe(id);
  const { body } = await reader.room(model.roomId);
  expect(body.participants?.items.map(({ id }) => id).sort()).toEqual([...model.members].sort());
  checkHeard(model, log);
};

const checkHeard = (model: Model, log: readonly Activity[]): void => {
  const members = membersAt(log, (model.clients[0] as TestClient).person.id);
  for (const [userId, { events }] of model.heard) {
    for (const { activities } of events) {
      const positions = activities.map(({ position }) => position ?? 0);
      expect(positions).toEqual([...new Set(positions)].toSorted((a, b) => a - b));
      for (const { position = 0, verb, object } of activities) {
        const goodbye = verb === 'leave' && object?.id === userId;
        expect(goodbye || members[position - 1]?.has(userId)).toBe(true);
      }
    }
  }
};

it('keeps its promises whatever people do and wherever the core dies (R286, R313, R314, R330, R331)', {
  timeout: runs * 30_000,
}, async () => {
  const clients = await Promise.all(Array.from({ length: crowd }, () => core.client()));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      const key = core.acme.newKey();
      const { body } = await (clients[0] as TestClient).create(key, []);
      const model = new Model(clients, body, key);
      await model.listen();
      for (const done of steps) await act(model, done);
      await check(model);
      for (const { events } of model.heard.values()) for (const { ws } of events) ws.terminate();
    }),
    { numRuns: runs },
  );
});
