import { type Sql, sql } from '@cloister/database';
import { CloisterError, idOf, type KmsResponse, type MasterKeyOverview, type MasterKeyState } from '@cloister/wire';
import type { Scheduler } from 'fast-check';
import { Asked, type Sealed } from './asked.ts';
import type { ContentKey, Fetched, Moment } from './fetched.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';
import type { TestClient } from './testing/internals.ts';
import type { Node } from './testing/node.ts';
import type { World } from './testing/world.ts';

type Ask = Record<string, unknown>;

/** Longer than a lease, a suspicion and a round of the prober. */
const settleMs = 70_000;

/** One run: what was asked, what was told, and how the main keys and KEKs were after each commit. */
export class Run {
  readonly world: World;
  readonly asked: Asked[] = [];
  readonly keys: ContentKey[] = [];
  /** The search keys of the room, one an epoch. */
  readonly searchKeys: ContentKey[] = [];
  readonly fetched: Fetched[] = [];
  readonly errors: unknown[] = [];
  readonly snapshots: Snapshot[] = [];
  readonly #scheduler: Scheduler;
  #going = 0;
  #looking: Promise<void> = Promise.resolve();

  constructor(world: World, scheduler: Scheduler) {
    this.world = world;
    this.#scheduler = scheduler;
    for (const node of world.nodes) node.onDeath = () => this.#later(`${node.name} starts`, () => node.start());
  }

  async begin(): Promise<void> {
    this.world.stage.open(this.#scheduler);
    await this.observe();
    this.world.committed = async () => void (await this.observe());
  }

  /** Notes how things are, and answers it. One after the other, so that no older sight is noted after a newer one. */
  observe(): Promise<Snapshot> {
    const { world } = this;
    const look = this.#looking.then(() => takeSnapshot(world.real, world.organisationId, world.stage.step));
    this.#looking = look.then((seen) => void this.snapshots.push(seen));
    return this.#looking.then(() => look);
  }

  node(index: number): Node {
    return this.world.nodes[index % this.world.nodes.length] as Node;
  }

  /** An administrator asks for something about main keys, perhaps by a version. */
  administer(name: string, by: TestClient, node: Node, ask: Ask, isByVersion: boolean): void {
    this.going(() => this.administered(name, by, node, ask, isByVersion));
  }

  /** The same, and waits for the answer. */
  async administered(name: string, by: TestClient, node: Node, ask: Ask, isByVersion: boolean): Promise<void> {
    await this.world.renew();
    const version = isByVersion ? this.#lastSeen(by) : undefined;
    const cloister = { ...(ask.cloister as object), ...(version === undefined ? {} : { version }) };
    const sealed = await this.#seal(by, { ...ask, assignedOrgId: this.world.organisationId, cloister });
    const asked = new Asked({ name, by, sealed, version });
    this.asked.push(asked);
    await this.#put(asked, node);
  }

  /** The same sealed bytes once more, perhaps at another node. */
  again(index: number, node: Node): void {
    const asked = this.asked[index % Math.max(1, this.asked.length)];
    if (asked !== undefined) this.going(() => this.#put(asked, node));
  }

  async #put(asked: Asked, node: Node): Promise<void> {
    const { stage } = this.world;
    const from = stage.step;
    let answer: KmsResponse | null = null;
    try {
      answer = await this.#send(asked.by, node, asked.sealed);
    } finally {
      asked.heard({ from, to: stage.step, answer });
    }
  }

  /** Some main key that was ever there, newest first; one in these states, if there is any. */
  async mainKey(index: number, states: readonly MasterKeyState[]): Promise<string | null> {
    const { real, stage, organisationId } = this.world;
    const rows = await stage.track(
      real.rows(sql<{ id: string; state: MasterKeyState }>`
        select key_id::text as id, state from master_key
        where organisation_id = ${organisationId} order by created_at desc, state, key_id`),
    );
    const fitting = rows.filter(({ state }) => states.includes(state));
    const from = fitting.length > 0 ? fitting : rows;
    return from[index % Math.max(1, from.length)]?.id ?? null;
  }

  make(node: Node): void {
    this.going(() => this.made(node));
  }

  /** A content key, made and bound to something that lasts. */
  async made(node: Node): Promise<ContentKey | null> {
    const { person } = this.world;
    await this.world.renew();
    const create = await this.#seal(person, { method: 'create', uri: '/keys', count: 1 });
    const [key] = (await this.#send(person, node, create))?.keys ?? [];
    if (key === undefined) return null;
    const ask = { method: 'create', uri: '/resources', userIds: [], keyUris: [key.uri] };
    const bound = await this.#send(person, node, await this.#seal(person, ask));
    if (bound?.status !== 201) return null;
    const [kek = ''] = await this.#keks(sql`content_key where key_id = ${idOf(key.uri)}`);
    const made = { uri: key.uri, bytes: key.jwk.k, kek };
    this.keys.push(made);
    return made;
  }

  /** The KEKs of such keys. */
  async #keks(keys: Sql): Promise<string[]> {
    const { real, stage } = this.world;
    const rows = await stage.track(
      real.rows(sql<{ kek: string }>`select kek_id || '.' || kek_version as kek from ${keys}`),
    );
    return rows.map(({ kek }) => kek);
  }

  fetch(index: number, node: Node): void {
    const key = this.keys[index % Math.max(1, this.keys.length)];
    if (key !== undefined) this.going(() => this.ask([key], node));
  }

  /** What somebody who may read is given, of keys that they ask for at once. */
  async ask(keys: readonly ContentKey[], node: Node): Promise<(KmsResponse | null)[]> {
    const { person } = this.world;
    await this.world.renew();
    const from = this.#moment();
    const sealed = await Promise.all(keys.map(({ uri }) => this.#seal(person, { method: 'retrieve', uri })));
    const responses = await this.#sendAll(person, node, sealed);
    for (const [index, key] of keys.entries()) {
      const response = responses[index];
      const bytes = response?.status === 200 ? (response.key?.jwk.k ?? '') : null;
      this.fetched.push({ key, node, from, to: this.#moment(), bytes });
    }
    return responses;
  }

  search(node: Node): void {
    this.going(() => this.askSearch(node));
  }

  /** The room's search keys, as the indexer is given them; the first answer says for good what an epoch's is. */
  async askSearch(node: Node): Promise<KmsResponse | null> {
    const { indexer, roomUri } = this.world;
    await this.world.renew();
    const from = this.#moment();
    const uri = `${roomUri}/searchKeys`;
    const response = await this.#send(indexer, node, await this.#seal(indexer, { method: 'retrieve', uri }));
    const given = response?.searchKeys ?? [];
    if (given.some(({ epoch }, index) => epoch !== index + 1)) throw new Error('an epoch is missing');
    const to = this.#moment();
    const keks = await this.#keks(sql`search_key where resource_uri = ${roomUri} order by epoch`);
    for (const { epoch, jwk } of given.slice(this.searchKeys.length)) {
      this.searchKeys.push({ uri: `${uri} of epoch ${epoch}`, bytes: jwk.k, kek: keks[epoch - 1] ?? '' });
    }
    for (const [index, key] of this.searchKeys.entries()) {
      this.fetched.push({ key, node, from, to, bytes: given[index]?.jwk.k ?? null });
    }
    return response;
  }

  /** Something that a node does by itself. */
  job(node: Node, work: (kms: NonNullable<Node['kms']>) => Promise<unknown>): void {
    this.going(() => node.work(work));
  }

  pass(ms: number): void {
    this.world.pass(ms);
  }

  /** Lets everything happen that was begun; nothing goes wrong any more. @throws when it does not come to rest */
  async settle(): Promise<void> {
    const { nodes, stage } = this.world;
    const isAtRest = () => stage.isEmpty && this.#going === 0 && nodes.every(({ kms }) => kms !== null);
    for (let round = 0; round < 10 && (round === 0 || !isAtRest()); round += 1) {
      for (const node of nodes) {
        node.life.spare();
        node.resume();
        node.connect();
      }
      await stage.quiet();
      await this.#scheduler.waitAll();
      // A rotation rests a second between two batches.
      if (this.#going > 0) this.world.pass(1_000);
    }
    if (!isAtRest()) throw new Error('something waits for good');
    stage.close();
  }

  /** Everything that nodes do by themselves, on each. */
  async everyJob(): Promise<void> {
    this.world.pass(settleMs);
    await this.world.renew();
    if (this.snapshots.at(-1)?.epoch === 0 && Object.keys(this.snapshots.at(-1)?.states ?? {}).length === 0) return;
    for (const { kms } of this.world.nodes) {
      await kms?.masterKeys.look();
      for (const _ of [1, 2, 3]) {
        await kms?.masterKeys.probe();
        this.world.pass(6_000);
      }
      await kms?.masterKeys.rotate();
      await kms?.masterKeys.runTimers();
    }
  }

  /** Asks as an administrator, and is answered. */
  async demand(name: string, ask: Ask): Promise<KmsResponse> {
    const [by, node] = [this.world.administrators[0] as TestClient, this.node(0)];
    await this.administered(name, by, node, ask, false);
    const { response } = this.asked.at(-1) as Asked;
    if (response === undefined) throw new Error(`silence: ${name}\n${this.world.logged.slice(-8).join('')}`);
    return response;
  }

  /** Of the last answer that the administrator saw. */
  #lastSeen(by: TestClient): number | undefined {
    const seen = this.asked.filter((asked) => asked.by === by && asked.told === 'done').at(-1);
    return overviewIn(seen?.response)?.version;
  }

  #moment(): Moment {
    return { step: this.world.stage.step, ms: this.world.clock.now };
  }

  async #seal(client: TestClient, ask: Ask): Promise<Sealed> {
    const { channel } = client;
    return { channel, text: await client.seal(ask) };
  }

  async #send(client: TestClient, node: Node, sealed: Sealed): Promise<KmsResponse | null> {
    const [response] = await this.#sendAll(client, node, [sealed]);
    return response ?? null;
  }

  async #sendAll(client: TestClient, node: Node, sealed: readonly Sealed[]): Promise<(KmsResponse | null)[]> {
    const replies = await this.world.ask(node, { ...client.asker, messages: sealed.map(({ text }) => text) as never });
    return Promise.all(
      sealed.map(({ channel }, at) => {
        const reply = replies.find(({ index }) => index === at);
        return reply === undefined ? null : channel.open(reply.message);
      }),
    );
  }

  /** Begins something that ends when it ends. */
  going(work: () => Promise<unknown>): void {
    this.#going += 1;
    this.world.stage
      .flow(work)
      .catch((error) => {
        // Time passed and took the channel with it.
        if (error instanceof CloisterError && error.code === 'kms/reset') this.world.loseChannels();
        else this.errors.push(error);
      })
      .finally(() => {
        this.#going -= 1;
      });
  }

  #later(label: string, work: () => Promise<unknown>): void {
    void this.#scheduler.schedule(Promise.resolve(), label).then(() => this.going(work));
  }
}

/** The main keys, as every answer about them shows them. */
export const overviewIn = (response: KmsResponse | undefined): Pick<MasterKeyOverview, 'version' | 'isFrozen'> | null =>
  (response?.cloister?.masterKeys as MasterKeyOverview | undefined) ?? null;
