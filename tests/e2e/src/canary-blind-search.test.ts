import { randomUUID } from 'node:crypto';
import type { RoomId } from '@cloister/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canConvert } from '../../../platform/sandbox/src/testing/can-convert.ts';
import { docx } from '../../../platform/sandbox/src/testing/documents.ts';
import { Canaries } from './canary/canaries.ts';
import { inDatabase } from './canary/databases.ts';
import { type Conversation, pathOf, readConversation } from './canary/http-stream.ts';
import { clusterPieces, databasePieces, filePieces, memoryPieces, trafficPieces } from './canary/places.ts';
import { type SocketTap, tapSocket } from './canary/socket-tap.ts';
import { type Gathering, gather } from './sdk/gather.ts';
import { enter, makeRoom, say } from './sdk/sdk-person.ts';
import { found, indexed, searchFor } from './sdk/search-for.ts';
import { shareFiles } from './sdk/shared-files.ts';
import { rareHan, rareWord, termsOf } from './search/blind-words.ts';
import { type PostingsHeard, postingsHeard } from './search/postings-heard.ts';

// Issue 6, "Blind": people write and look for words that nobody ever wrote. The core matches them, and neither it nor what
// an indexer writes down holds any of them: no word, no stem, no pair of characters. The last tests find what is there.

const canaries = new Canaries();
/** Noted the moment it is thought of, with everything an index could give away of it. */
const type = (what: string, text: string): string => {
  canaries.add('content', what, text);
  for (const term of termsOf(text)) canaries.add('content', `${what}: ${term}`, term);
  return text;
};
const thoughtOf = (what: string) => type(what, `${rareWord()} ${rareHan(4)} ${rareWord()}`);
/** Said in two rooms, in one of them before two organisations. */
const twice = Array.from({ length: 12 }, (_, n) => thoughtOf(`said twice, ${n}`));
const hunted = type('only looked for', `${rareWord()} ${rareHan(3)}`);

let here: Gathering<'alice' | 'ben' | 'grace'>;
let tap: SocketTap;
let heard: readonly Conversation[];
let postings: readonly PostingsHeard[];
let own: RoomId;
let shared: RoomId;

/** Longer than twice any form of anything noted here. */
const overlap = 4096;
const layout = () => here.all.deployment.layout;
const pidOf = (server: string): number => {
  const pid = here.all.deployment.pid(server);
  if (pid === undefined) throw new Error(`${server} does not run`);
  return pid;
};
const indexers = ['acme-indexer', 'globex-indexer'];

beforeAll(async () => {
  here = await gather(['alice', 'ben', 'grace'], {}, { search: true });
  const { all, alice, ben, grace } = here;
  for (const { email, name } of all.endpoints.people) {
    canaries.add('person', `e-mail of ${email}`, email);
    canaries.add('person', `name of ${email}`, name);
  }
  // Each server's memory surely holds the path of its own config: finding that proves that memory is searched.
  for (const server of ['core', ...indexers]) {
    canaries.add('marker', `config of ${server}`, layout().server(server));
  }
  tap = await tapSocket(layout().socket('core'));
  // A new door makes every connection anew, and each through the tap.
  await all.deployment.kill('door', 'SIGTERM');
  await all.deployment.start('door');

  const title = thoughtOf('title');
  own = await makeRoom(alice, title, [ben]);
  shared = await makeRoom(alice, thoughtOf('other title'), [ben, grace]);
  await Promise.all([enter(ben, own), enter(ben, shared), enter(grace, shared)]);
  for (const text of twice) for (const room of [own, shared]) await say(alice, room, text);
  const { id } = await say(alice, own, thoughtOf('first thought'));
  if (id === undefined) throw new Error('not stored');
  const edited = thoughtOf('edit');
  await alice.client.edit(own, id, { text: edited });
  const name = `${thoughtOf('file name')}.txt`;
  const inside = thoughtOf('file text');
  await shareFiles(ben, own, { [name]: inside }, 'text/plain');
  const inOffice = thoughtOf('office text');
  if (canConvert) await shareFiles(ben, own, { 'minutes.docx': docx([inOffice]) });
  const last = thoughtOf('last');
  await say(grace, shared, last);
  await Promise.all([indexed(all, own), indexed(all, shared, 2)]);

  expect(await found(ben, hunted)).toEqual([]);
  for (const text of twice) {
    const [word = '', han = ''] = text.split(' ');
    expect(await found(ben, `${word} from:"${all.person('alice').name}"`)).toEqual([text, text]);
    expect(await found(grace, han.slice(0, 4))).toEqual([text]);
  }
  expect(await found(ben, `"${edited}" in:"${title}"`)).toEqual([edited]);
  expect((await searchFor(ben, name)).hits).toHaveLength(1);
  expect((await searchFor(ben, inside)).hits).toHaveLength(1);
  expect((await searchFor(ben, inOffice)).hits).toHaveLength(canConvert ? 1 : 0);
  expect(await found(grace, last)).toEqual([last]);

  await inDatabase(all, 'postgres', (client) => client.query('checkpoint'));
  heard = tap.conversations();
  postings = postingsHeard(heard);
}, 400_000);
afterAll(async () => {
  await tap?.close();
  await here?.end();
}, 120_000);

describe('words that people write and look for', () => {
  it('are many, and their stems and pairs of characters with them', () => {
    expect(canaries.count('content')).toBeGreaterThan(150);
    const [word = '', han = ''] = twice[0]?.split(' ') ?? [];
    expect(termsOf(`${word} ${han}`)).toEqual(
      expect.arrayContaining([word, word.replace(/ing$/, ''), han.slice(0, 4), han.slice(2, 6)]),
    );
  });

  it.each(['core', 'acme_indexer', 'globex_indexer', 'acme_kms'])(
    'are in no column of the database %s (R394, R399)',
    async (database) => {
      const pieces = await databasePieces(here.all, database);
      expect(pieces.length).toBeGreaterThan(0);
      expect(canaries.find(['content', 'person'], pieces)).toEqual([]);
    },
  );

  it('are in no file of the database cluster and no record of its log', () => {
    expect(canaries.find(['content'], clusterPieces(layout().cluster, [], overlap))).toEqual([]);
  });

  it.each(['core', 'acme-indexer', 'globex-indexer'])('are in no file of %s and no log (R422)', (server) => {
    expect(canaries.find(['content', 'person'], filePieces(layout().server(server), overlap))).toEqual([]);
    const logs = [...filePieces(layout().logs, overlap)];
    expect(logs.some(({ where }) => where.includes(server))).toBe(true);
    expect(canaries.find(['content'], logs)).toEqual([]);
  });

  it('are in nothing that reaches or leaves the core, from people, indexers and key servers (R395, R399)', () => {
    const paths = heard.flatMap((conversation) =>
      readConversation(conversation).exchanges.map(({ request }) => pathOf(request)),
    );
    for (const kind of [/^\/search\/v1\/queries$/, /\/plans$/, /^\/search\/v1\/postings$/, /^\/realm\/v1\/connect$/]) {
      expect(paths.some((path) => kind.test(path))).toBe(true);
    }
    expect(canaries.find(['content', 'person'], trafficPieces(heard))).toEqual([]);
  });

  it.skipIf(process.getuid?.() !== 0)('are not in the core’s memory, nor in the database server’s (R399)', async () => {
    const { alice } = here;
    await searchFor(alice, twice[0]?.split(' ')[0] ?? '');
    const inCore = canaries.find(['content', 'person', 'marker'], memoryPieces(pidOf('core'), overlap));
    expect(inCore.some((line) => line.startsWith('marker: config of core,'))).toBe(true);
    expect(inCore.filter((line) => !line.startsWith('marker'))).toEqual([]);
    expect(canaries.find(['content'], memoryPieces(pidOf('postgres'), overlap))).toEqual([]);
  });

  it.skipIf(process.getuid?.() !== 0)('would be found there: they are in the memory of the indexer', () => {
    const found = canaries.find(['content'], memoryPieces(pidOf('acme-indexer'), overlap));
    expect(found.length).toBeGreaterThan(0);
  });

  it('would be found in the database, the files and the traffic, as words, stems and pairs of characters', async () => {
    const plain = [...twice.flatMap((text) => termsOf(text)), randomUUID()];
    const pieces = ['utf8', 'utf16le'].flatMap((encoding) =>
      plain.map((term) => ({ where: 'here', bytes: Buffer.from(`x${term}y`, encoding as BufferEncoding) })),
    );
    const found = canaries.find(['content'], pieces);
    for (const term of plain.slice(0, -1)) expect(found.some((line) => line.includes(`: ${term}, in here`))).toBe(true);
    const named = await databasePieces(here.all, 'identity');
    expect(canaries.find(['person'], named).length).toBeGreaterThan(0);
  });
});

describe('the tokens that the core is given', () => {
  const tokensBy = () => {
    const sets = new Map<string, Set<string>>();
    for (const { organisationId, roomId, tokens } of postings) {
      const index = `${organisationId} ${roomId}`;
      sets.set(index, new Set([...(sets.get(index) ?? []), ...tokens]));
    }
    return sets;
  };

  it('are of every index: Acme’s of two rooms, Globex’s of one', () => {
    const { all } = here;
    const acme = all.person('alice').organisationId;
    const globex = all.person('grace').organisationId;
    expect([...tokensBy().keys()]).toEqual(
      expect.arrayContaining([`${acme} ${own}`, `${acme} ${shared}`, `${globex} ${shared}`]),
    );
    for (const [index, tokens] of tokensBy()) {
      if (index.endsWith(own) || index.endsWith(shared)) expect(tokens.size).toBeGreaterThan(twice.length * 8);
    }
  });

  it('are never the same in two rooms, nor in two organisations’ indexes of one, though the same was said (R392)', () => {
    const sets = [...tokensBy()];
    for (const [index, tokens] of sets) {
      for (const [other, others] of sets) {
        if (index !== other) expect([...tokens].filter((token) => others.has(token))).toEqual([]);
      }
    }
  });

  it('are padded, so that their number says little of a message', () => {
    for (const { tokens } of postings) {
      const count = tokens.length;
      expect(count > 64 ? count % 64 : Math.log2(count) % 1).toBe(0);
      expect(new Set(tokens).size).toBe(count);
    }
  });

  it('are not what the core’s database or files hold (R394)', async () => {
    const handed = new Canaries();
    const some = postings.flatMap(({ tokens }) => tokens).slice(0, 400);
    for (const token of some) handed.add('marker', token, Buffer.from(token, 'hex'));
    const pieces = [
      ...(await databasePieces(here.all, 'core')),
      ...filePieces(layout().server('core'), overlap),
      ...filePieces(layout().log('core'), overlap),
    ];
    expect(handed.find(['marker'], pieces)).toEqual([]);
    expect(handed.find(['marker'], trafficPieces(heard)).length).toBeGreaterThanOrEqual(some.length);
  });
});
