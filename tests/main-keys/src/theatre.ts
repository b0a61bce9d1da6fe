import type { Scheduler } from 'fast-check';
import { expect } from 'vitest';
import { check } from './check.ts';
import { recover } from './recover.ts';
import { Run } from './run.ts';
import { type Ground, openGround } from './testing/ground.ts';
import { World } from './testing/world.ts';

/** Where runs begin and end, one after the other. */
export class Theatre {
  readonly #opening: Promise<Ground>;
  #world: World | undefined;
  /** What people were told, and states that keys were in, over all runs: a test in which nothing is done finds nothing. */
  readonly told = new Map<string, number>();

  constructor() {
    this.#opening = openGround();
  }

  get ground(): Promise<Ground> {
    return this.#opening;
  }

  readonly begin = async (scheduler: Scheduler): Promise<Run> => {
    await this.clear();
    this.#world = await World.begin(await this.ground);
    const run = new Run(this.#world, scheduler);
    await run.begin();
    for (const at of [0, 1]) run.make(run.node(at));
    await this.quiet();
    await scheduler.waitAll();
    return run;
  };

  readonly quiet = async (): Promise<void> => (await this.ground).stage.quiet();

  readonly end = async (run: Run): Promise<void> => {
    await run.settle();
    await check(run);
    await expectKeys(run);
    await recover(run);
    await check(run);
    await expectRecovered(run);
    for (const { name, told } of run.asked) this.#count(`${name} ${told === 'done' ? 'done' : 'not'}`);
    for (const { bytes } of run.fetched) this.#count(`fetch ${bytes === null ? 'not' : 'done'}`);
    for (const state of new Set(run.snapshots.flatMap(({ states }) => Object.values(states)))) this.#count(state);
  };

  /** Nothing is left of the last run. */
  async clear(): Promise<void> {
    await this.#world?.end();
    this.#world = undefined;
  }

  async close(): Promise<void> {
    await this.clear();
    await (await this.ground).close();
  }

  #count(what: string): void {
    this.told.set(what, (this.told.get(what) ?? 0) + 1);
  }
}

/** At rest each node says of each key what its chain says. */
const expectKeys = async (run: Run): Promise<void> => {
  const { nodes, amazon } = run.world;
  for (const node of nodes) await node.kms?.masterKeys.look();
  const isDenied = [...amazon.moods.values()].some((mood) => mood !== 'ok');
  for (const node of nodes) {
    const before = await run.observe();
    const given = await run.ask(run.keys, node);
    const { epoch, isFrozen } = await run.observe();
    // A denial at Amazon may still be looked into: what is turned off or on meanwhile tells nothing.
    if (epoch !== before.epoch) continue;
    const expected = isFrozen ? { status: 405, errorCode: 405005 } : { status: 200 };
    if (isFrozen || !isDenied) expect(given).toMatchObject(run.keys.map(() => expected));
  }
};

/** All content is back on both nodes, and all of it under the main key of now. */
const expectRecovered = async (run: Run): Promise<void> => {
  for (const node of run.world.nodes) {
    const given = await run.ask(run.keys, node);
    expect(given.map((response) => response?.key?.jwk.k)).toEqual(run.keys.map(({ bytes }) => bytes));
  }
  const { states, head, keks, defaultRole } = await run.observe();
  expect(Object.values(states)).not.toContain('rotation');
  expect(defaultRole).toBe(head === null ? 'active' : 'idle');
  const others = Object.values(keks).filter((keyId) => keyId !== head);
  expect(head === null ? [] : others).toEqual([]);
};
