import { analyse } from '@cloister/search-terms';
import type { Constellation } from '@cloister/testkit';
import type { RoomId } from '@cloister/wire';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chanceFrom, passes, seed } from './crash/chance.ts';
import { journal } from './crash/journal.ts';
import { strike } from './crash/strike.ts';
import { gather } from './sdk/gather.ts';
import { enter, makeRoom, type SdkPerson } from './sdk/sdk-person.ts';
import { found, indexed, searchFor } from './sdk/search-for.ts';
import { padded } from './search/padded.ts';
import { volleys, type Written } from './search/volley.ts';
import { type Place, whileHeld } from './search/while-held.ts';

let all: Constellation;
/** Alice and Ben are Acme's, Grace is Globex's: two indexes of each room. */
let people: readonly SdkPerson[];
let alice: SdkPerson;
let grace: SdkPerson;
let end: () => Promise<void>;

beforeAll(async () => {
  const here = await gather(['alice', 'ben', 'grace'], {}, { search: true });
  ({ all, end, alice, grace } = here);
  people = [alice, here.ben, grace];
});
afterAll(() => end?.());

/** At any moment: each of those that an index passes through, alone and together. */
const targets = [
  ['acme-indexer'],
  ['globex-indexer'],
  ['core'],
  ['postgres'],
  ['core', 'acme-indexer'],
  ['postgres', 'globex-indexer'],
];

const beforeCounted: Place = { database: 'acme_indexer', table: 'counters' };
const beforeStored: Place = { database: 'core', table: 'search_indexes' };
/** At the moments that matter: tokens are made, and not yet counted; counted, and not yet in the core, or in it with nobody told. */
const moments: readonly (readonly [what: string, where: Place, kill: string])[] = [
  ['the indexer before it counts what it made', beforeCounted, 'acme-indexer'],
  ['the database before anything is counted', beforeCounted, 'postgres'],
  ['the indexer while the core stores its postings, which then are stored', beforeStored, 'acme-indexer'],
  ['the core while it stores postings, which then are lost', beforeStored, 'core'],
  ['the database while the core stores postings', beforeStored, 'postgres'],
];

it(
  'loses and doubles no posting when indexer, core or database are killed while people write, edit and delete (R391)',
  async () => {
    const notes = journal(all);
    const chance = chanceFrom(seed);
    const [kept, changed] = [await roomOfAll('kept'), await roomOfAll('changed')];
    const { volley, written } = volleys({ people, kept, changed, journal: notes });
    await volley();
    for (const names of Array.from({ length: passes }, () => chance.shuffle(targets)).flat()) {
      const writing = volley();
      await strike(all, names, { chance, latest: 400, journal: notes });
      await writing;
    }
    for (const [what, place, name] of moments) {
      const writing = await whileHeld(all, place, async (met) => {
        const begun = volley();
        await met();
        notes.note(`SIGKILL ${what}`);
        await all.deployment.kill(name, 'SIGKILL');
        return begun;
      });
      await all.deployment.start(name);
      await writing;
    }
    notes.note('nobody writes any more');
    await checkEverythingFound(kept, changed, written);
    await checkNumbers(kept, written);
  },
  220_000 * passes,
);

const roomOfAll = async (title: string): Promise<RoomId> => {
  const roomId = await makeRoom(alice, title, people.slice(1));
  await Promise.all(people.slice(1).map((person) => enter(person, roomId)));
  return roomId;
};

const checkEverythingFound = async (kept: RoomId, changed: RoomId, written: Written): Promise<void> => {
  await Promise.all([indexed(all, kept, 2), indexed(all, changed, 2)]);
  for (const person of [alice, grace]) {
    await expect
      .poll(async () => (await searchFor(person, 'word1')).state, { timeout: 60_000, interval: 1000 })
      .toBe('done');
    const expected = [...written.kept.map(({ text }) => text), ...written.edited];
    const texts: string[] = [];
    for (const words of wordsOf(expected)) texts.push(...(await found(person, words)));
    expect(texts.sort()).toEqual(expected.sort());
    for (const words of wordsOf(written.gone)) expect(await found(person, words)).toEqual([]);
  }
};

/** As few queries as there may be parts in one. */
function* wordsOf(words: readonly string[]): Generator<string> {
  for (let at = 0; at < words.length; at += 60) yield words.slice(at, at + 60).join(' OR ');
}

/** Where nothing was changed, each index has what the texts come to, by the rules for terms and padding, and not one more. */
const checkNumbers = async (kept: RoomId, { kept: said }: Written): Promise<void> => {
  const expected = said
    .map(({ text, author }) => analyse({ texts: [{ kind: 'message', text }], from: author.id, has: new Set() }).terms)
    .reduce((sum, terms) => sum + padded(terms.length), 0);
  const indexes = await indexed(all, kept, 2);
  expect(indexes.map(({ postings }) => postings)).toEqual([expected, expected]);
};
