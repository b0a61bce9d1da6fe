import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Constellation, constellation } from '@cloister/testkit';
import type { RoomId } from '@cloister/wire';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commandLine } from './cli/command-line.ts';
import { indexed } from './sdk/search-for.ts';
import { whileHeld } from './search/while-held.ts';

let all: Constellation;
let room: RoomId;
const { cloister, done } = commandLine(() => all.data);
/** What `cloister search` prints, without the times. */
const found = async (as: string, ...args: string[]): Promise<string[]> =>
  (await done(['search', ...args], as)).map((line) => line.slice(18));

beforeAll(async () => {
  all = await constellation({ search: true });
  const [id = ''] = await done(['room', 'create', 'Burrow', 'ben@acme.example', 'aoi@acme.example'], 'alice');
  room = id as RoomId;
  await done(['room', 'send', 'Burrow', 'The hedgehogs were running late'], 'alice');
  await done(['room', 'send', 'Burrow', '来週の会議室は三階です'], 'aoi');
  await done(['room', 'send', 'Burrow', 'No hedgehog today'], 'ben');
  writeFileSync(join(all.data, 'marmots.txt'), 'Porcupines are planned');
  await done(['room', 'upload', 'Burrow', './marmots.txt'], 'ben');
  await indexed(all, room);
});
afterAll(() => all?.stop());

it('finds messages and files in all rooms, newest first, by words, phrases and filters as typed (R395, R397)', async () => {
  expect(await found('aoi', 'hedgehog')).toEqual([
    'Burrow  Ben Carter: No hedgehog today',
    'Burrow  Alice Martin: The hedgehogs were running late',
  ]);
  expect(await found('ben', 'run')).toEqual(['Burrow  Alice Martin: The hedgehogs were running late']);
  expect(await found('alice', '会議')).toEqual([expect.stringMatching(/: 来週の会議室は三階です$/)]);
  expect(await found('alice', 'hedgehog -today', 'in:Burrow')).toEqual([expect.stringMatching(/running late$/)]);
  expect(await found('alice', 'hedgehog from:"Ben Carter"')).toEqual([expect.stringMatching(/today$/)]);
  expect(await found('alice', '"hedgehog today"')).toEqual([expect.stringMatching(/No hedgehog today$/)]);
  expect(await found('alice', 'porcupine')).toEqual(['Burrow  Ben Carter:  (in marmots.txt)']);
  expect(await found('alice', 'marmots has:file')).toEqual(['Burrow  Ben Carter:  [marmots.txt]']);
});

it('gives each result as a line of JSON, so many as are asked for, and tells that there are more', async () => {
  const { code, lines, err } = await cloister(['search', 'hedgehog', '--json', '--limit', '1'], 'alice');
  expect(code).toBe(0);
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
    {
      room: { id: room, title: 'Burrow' },
      actor: { id: all.person('ben').id, name: 'Ben Carter' },
      where: 'message',
      edited: false,
      text: 'No hedgehog today',
      highlights: [[3, 11]],
      files: [],
    },
  ]);
  const told = { reach: { rooms: expect.any(Number), lagging: 0, missing: 0 }, unopened: 0, more: true };
  expect(JSON.parse(err)).toMatchObject(told);
  expect((await cloister(['search', 'hedgehog', '--limit', '1'], 'alice')).err).toMatch(/^there are older ones: /m);
});

it('says that nothing is found only when everything was looked at, and else up to when', async () => {
  expect(await cloister(['search', 'wombat'], 'alice')).toEqual({ code: 0, lines: [], err: 'nothing is found\n' });
  await whileHeld(all, { database: 'core', table: 'search_indexes' }, async () => {
    await done(['room', 'send', 'Burrow', 'a wombat'], 'ben');
    const { code, lines, err } = await cloister(['search', 'wombat'], 'alice');
    expect([code, lines, err]).toEqual([
      0,
      [],
      expect.stringMatching(/^nothing is found so far\n1 room has messages that cannot be found yet, from \d{4}-/),
    ]);
    const json = await cloister(['search', 'wombat', '--json'], 'alice');
    expect(JSON.parse(json.err)).toMatchObject({ reach: { lagging: 1, since: expect.any(String) } });
  });
  await indexed(all, room);
  expect(await found('alice', 'wombat')).toEqual(['Burrow  Ben Carter: a wombat']);
});

it('says what is wrong with a query, or with search itself, and ends accordingly', async () => {
  const failed = async (...args: string[]) => {
    const { code, lines, err } = await cloister(['search', ...args], 'ben');
    expect(lines).toEqual([]);
    return `${code} ${err}`;
  };
  expect(await failed()).toMatch(/^2 error: search for what\?\nhint: /);
  expect(await failed('!!')).toMatch(/^2 error: nothing in it can be searched for\n/);
  expect(await failed('hedgehog from:nobody')).toMatch(/^1 error: nobody and no room is called so: from:nobody\n/);
  expect(await failed('w '.repeat(65))).toMatch(/^1 error: .*\n/);
  expect(await failed('x'.repeat(1025))).toMatch(/^1 error: .*\n/);
  await done(['function', 'off', 'indexing'], 'alice');
  await expect
    .poll(() => failed('hedgehog'), { timeout: 60_000 })
    .toMatch(/^1 error: .*\nhint: a full administrator can switch it on: /);
});
