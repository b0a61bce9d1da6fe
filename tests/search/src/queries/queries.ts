import { type Random, seeded } from '../corpus/random.ts';
import type { Person, World } from '../corpus/world.ts';
import type { Settled } from '../reference/settled.ts';
import { type KindName, kinds } from './kinds.ts';
import { sample } from './sample.ts';

/** What somebody types. */
export interface AskedQuery {
  readonly kind: KindName;
  readonly text: string;
  readonly asker: Person;
  readonly timeZone: string;
}

export interface QueriesOptions {
  readonly seed: string;
  readonly count: number;
  readonly world: World;
  /** What there is to be found. */
  readonly messages: readonly Settled[];
}

const timeZones = ['UTC', 'Europe/Berlin', 'Asia/Tokyo', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Auckland'];

/** Queries of every kind in turn, by people with different rooms, mostly for what stands in those. */
export function queries({ seed, count, world, messages }: QueriesOptions): AskedQuery[] {
  const random = seeded(`${seed}/queries`);
  const ofRoom = Map.groupBy(messages, ({ message }) => message.room);
  const names = Object.keys(kinds) as KindName[];
  return Array.from({ length: count }, (_, index) => {
    const kind = names[index % names.length] as KindName;
    const asker = random.pick(world.people);
    const own = world.rooms.filter(({ members }) => members.includes(asker)).flatMap((room) => ofRoom.get(room) ?? []);
    const material = sample(random, own.length > 0 ? own : messages);
    return { kind, text: kinds[kind]({ ...material, world }), asker, timeZone: zone(random) };
  });
}

const zone = (random: Random): string => random.pick(timeZones);
