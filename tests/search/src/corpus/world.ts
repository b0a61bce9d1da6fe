import { newId, type OrganisationId, type RoomId, type UserId } from '@cloister/wire';
import { pairs, words } from './language.ts';
import type { Random } from './random.ts';
import { type Talk, talks } from './talk.ts';

export interface Person {
  readonly userId: UserId;
  readonly organisationId: OrganisationId;
  readonly name: string;
}

export interface Room {
  readonly roomId: RoomId;
  readonly title: string;
  readonly organisationId: OrganisationId;
  readonly members: readonly Person[];
  /** How much is said in it, beside the other rooms (Pareto). */
  readonly weight: number;
  readonly talk: Talk;
  /** Which words of a list it uses more than others do. */
  readonly topic: number;
}

export interface World {
  readonly organisations: readonly OrganisationId[];
  readonly people: readonly Person[];
  readonly rooms: readonly Room[];
}

export interface WorldSize {
  readonly organisations: number;
  /** Of each organisation. */
  readonly people: number;
  readonly rooms: number;
}

const names = pairs(
  words(
    'Anna Jonas Minji Hana Claire Wei Olga Somchai Yuki Lukas Émilie Seojun Mary José Zoë Björn Đức Amina Ravi Søren',
  ),
  words('Schmidt Kim Tanaka Dubois Wang Petrova Müller Lefèvre Park Sato Smith García Brontë Nguyễn Larsen Rao Haddad'),
  ' ',
);
const titles = pairs(
  words('Project Team Release Kunden Budget 開発 기획 项目 Équipe Design Support Lounge Ops Проект'),
  words('Falcon Nord 2026 会議 회의 会议 Paris Berlin Seoul Tokyo Board Weekly Intern planning'),
  ' ',
);
const pareto = 1.16;
/** The largest room has this many times what the smallest has. */
const widest = 250;
const strangers = 0.25;

/** Organisations, their people, and rooms of which some have people of two organisations. */
export function makeWorld(random: Random, size: WorldSize): World {
  const organisations = Array.from({ length: size.organisations }, () => newId<OrganisationId>(random.bytes));
  const people = organisations.flatMap((organisationId, at) =>
    Array.from({ length: size.people }, (_, index) => ({
      userId: newId<UserId>(random.bytes),
      organisationId,
      name: uniqueName(names, at * size.people + index),
    })),
  );
  const rooms = Array.from({ length: size.rooms }, (_, index): Room => {
    const home = random.below(size.organisations);
    const guests = random.chance(strangers) ? random.below(size.organisations) : home;
    return {
      roomId: newId<RoomId>(random.bytes),
      title: uniqueName(titles, index),
      organisationId: organisations[home] as OrganisationId,
      members: members(random, people, size.people, home, guests),
      weight: Math.min(widest, ((index + 0.5) / size.rooms) ** (-1 / pareto)),
      talk: random.pick(talks),
      topic: random.below(10_000),
    };
  });
  return { organisations, people, rooms };
}

function members(random: Random, people: readonly Person[], each: number, home: number, guests: number): Person[] {
  const some = (organisation: number, count: number): Person[] =>
    Array.from({ length: count }, () => people[organisation * each + random.below(each)] as Person);
  return [
    ...new Set([...some(home, 2 + random.below(each)), ...(guests === home ? [] : some(guests, 1 + random.below(4)))]),
  ];
}

function uniqueName(list: readonly string[], index: number): string {
  const round = Math.floor(index / list.length);
  const name = list[index % list.length] as string;
  return round === 0 ? name : `${name} ${round + 1}`;
}
