import { database, type TestDatabase } from '@cloister/testkit';
import type { RoomId, UserId } from '@cloister/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { corpus, type Message } from '../corpus/corpus.ts';
import type { SharedFile } from '../corpus/files.ts';
import { library } from './library.ts';
import { type Asker, parse } from './parse.ts';
import { learnStems, scan } from './scan.ts';
import type { Settled } from './settled.ts';
import { openStems, type Stems } from './stems.ts';

let home: TestDatabase;
let stems: Stems;
beforeAll(async () => {
  home = await database();
  stems = await openStems(home);
});
afterAll(async () => {
  await stems.close();
  await home.drop();
});

const [model] = corpus({ seed: 'scan', messages: 1 }).entries();
if (model?.kind !== 'message') throw new Error('the first entry is a message');
const { room, actor } = model;
const reader = actor.userId;

const anna = 'anna' as UserId;
const asker: Asker = {
  timeZone: 'Europe/Berlin',
  now: Date.parse('2026-11-22T12:00:00Z'),
  people: (name) => [name.toLowerCase() as UserId],
  rooms: (name) => [name as RoomId],
};

function settle(
  text: string,
  published = '2026-11-01T12:00:00Z',
  from = anna,
  files: readonly SharedFile[] = [],
): Settled {
  const message: Message = {
    ...(model as Message),
    text,
    files,
    published: Date.parse(published),
    actor: { ...actor, userId: from },
  };
  return { message, content: message, position: 1 };
}

async function ask(query: string, ...all: readonly Settled[]): Promise<readonly Settled[]> {
  const books = library(all);
  await learnStems(stems, books, [query]);
  const parsed = parse(query, asker);
  if (parsed === null) throw new Error('asks for nothing');
  return scan(parsed, { reader, library: books, stems, files: 'file-phrases' });
}

const finds = async (query: string, text: string): Promise<boolean> => (await ask(query, settle(text))).length === 1;

describe('the reference scan', () => {
  it.each([
    ['run', 'she was running the show', true],
    ['running', 'run', true],
    ['"run"', 'running', false],
    ['resume', 'my Résumé', true],
    ['"resume"', 'my Résumé', false],
    ['"Résumé"', 'my RE\u0301SUME\u0301', true],
    ['strasse', 'die Straße', true],
    ['ΟΔΌΣ', 'οδος', true],
    ['haus', 'die Häuser und die Maus', true],
    ['haus', 'the Häuser of the mouse', false],
    ['preparer', 'nous avons préparé la réunion', true],
    ['встреча', 'из встречи', true],
    ['cafe', 'café', true],
    ['ｃａｆｅ', 'CAFÉ', true],
    [`"x${'\u0301'.repeat(32)}y"`, `x${'\u0301'.repeat(40)}y`, true],
    [`"x${'\u0301'.repeat(31)}y"`, `x${'\u0301'.repeat(40)}y`, false],
  ])('%s in “%s”: %s', async (query, text, found) => {
    expect(await finds(query, text)).toBe(found);
  });

  it.each([
    ['会議', '会議室で', true],
    ['議室', '会議室で', true],
    ['会室', '会議室で', false],
    ['会', '大会です', true],
    ['です', 'でも大会です', true],
    ['で', '会議で', false],
    ['で', '! で !', true],
    ['검색', '검색을 시작', true],
    ['을', '검색을', false],
    ['ｻｰﾊﾞｰ', 'サーバー', true],
    ['東京tower', '東京 Tower です', true],
    ['東京tower', '大東京 tower', true],
    ['東京tower', '東京駅 tower', false],
    ['"tower東京"', 'Tower 東京駅', true],
    ['"a東京b"', 'a 東京駅 b', false],
    ['ประชุม', 'มีประชุมที่', true],
    ['"ประชุม"', 'มีประชุมที่', true],
    ['"ระชุ"', 'มีประชุมที่', false],
    ['ระชุ', 'มีประชุมที่', true],
    ['"ๆ"', 'ๆ', true],
  ])('%s in “%s”: %s', async (query, text, found) => {
    expect(await finds(query, text)).toBe(found);
  });

  it.each([
    ['CVE-2026-1234', 'about cve 2026 1234!', true],
    ['CVE-2026-1234', 'about cve 2026 x 1234!', false],
    ['"the plan"', 'the plan', true],
    ['"the plan"', 'the plans', false],
    ['cafe-plan', 'Café Plan', true],
    ['"cafe plan"', 'Café Plan', false],
    ['alpha beta', 'beta alpha', true],
    ['alpha OR gamma delta', 'alpha', true],
    ['alpha OR gamma delta', 'delta', false],
    ['(alpha | gamma) delta', 'alpha', false],
    ['alpha -beta', 'alpha beta', false],
    ['alpha NOT "beta gamma"', 'alpha gamma beta', true],
    ['-(alpha OR beta)', 'gamma', true],
    ['alpha "!!" :-)', 'alpha', true],
    ['“the plan', 'so the plan', true],
    ['（alpha　OR　beta）　－gamma', 'beta', true],
    ['has:link', 'see https://example.org', true],
    ['has:link', 'see example.org', false],
    ['http://example.org', 'see https http example org', true],
    ['from:anna from:ben', 'anything', true],
    ['from:carl OR from:anna', 'anything', true],
    ['from:carl', 'anything', false],
    ['-from:carl', 'anything', true],
    ['from:carl (from:anna)', 'anything', false],
    ['FROM:anna from:', 'anything', true],
    ['-from: thing', 'any thing', true],
    ['has:foo', 'it has foo', true],
    ['on:2025-02-30', 'on 2025, 02/30', true],
    ['HAS:LINK', 'has link', true],
    ['has:link', 'HTTP://EXAMPLE.ORG', true],
    ['alpha ) OR beta', 'beta', true],
    ['--alpha', 'beta', true],
    ['NOT -alpha', 'alpha', true],
    ['alpha OR NOT', 'alpha', true],
    ['OR alpha', 'alpha', true],
    ['a-b -', 'a b', true],
    ['alpha (-)', 'alpha', true],
    ['foo"bar baz"(x)', 'x bar baz foo', true],
    ['and', 'alpha and', true],
    ['toString -constructor', 'call toString', true],
    ['toString', 'call', false],
    ['alpha AND beta', 'alpha beta', false],
  ])('%s in “%s”: %s', async (query, text, found) => {
    expect(await finds(query, text)).toBe(found);
  });

  it('asks for nothing where no part has a piece', () => {
    for (const query of ['', '"!!"', ':-)', '-"…"', '()', 'OR', '-from:', '- | ("" OR -:)'])
      expect(parse(query, asker)).toBe(null);
  });

  it('a phrase does not run from one text into the next, and file names are texts', async () => {
    const image = settle('alpha', undefined, anna, [{ name: 'beta gamma.png', mimeType: 'image/png' }]);
    expect(await ask('"alpha beta"', image)).toEqual([]);
    expect(await ask('"beta gamma"', image)).toEqual([image]);
    const one = settle('alpha', undefined, anna, [{ name: 'beta gamma.pdf' }]);
    expect(await ask('"beta gamma" has:document has:file -has:image', one)).toEqual([one]);
    expect(await ask('has:image', settle('x', undefined, anna, [{ name: 'x', mimeType: 'image/png' }]))).toHaveLength(
      1,
    );
  });

  it('takes a file for one that holds a phrase when its words are all there, and excludes none by it', async () => {
    const one = settle('delta', undefined, anna, [{ name: 'x.pdf', inside: 'gamma beta 会議室' }]);
    for (const query of ['"beta gamma"', '会議室', '会室議 OR "beta delta"', '-"beta gamma"', '-会議室'])
      expect(await ask(query, one)).toEqual([one]);
    expect(await ask('gammas-beta', one)).toEqual([]);
    expect(
      await ask('gamma-beta', settle('', undefined, anna, [{ name: 'x.pdf', inside: 'beta gammas' }])),
    ).toHaveLength(1);
    for (const query of ['"beta epsilon"', '-beta', '-会議', '会室']) expect(await ask(query, one)).toEqual([]);
    const read = { reader, library: library([one]), stems, files: 'read' } as const;
    expect(scan(parse('"beta gamma"', asker) ?? neverNull(), read)).toEqual([]);
    expect(scan(parse('"gamma beta" 会議室', asker) ?? neverNull(), read)).toEqual([one]);
    const seen = settle('gamma beta', undefined, anna, [{ name: 'x.png', mimeType: 'image/png' }]);
    expect(await ask('"beta gamma"', seen)).toEqual([]);
  });

  it('knows days in the zone of who asks, the day of a clock change too', async () => {
    const late = settle('x', '2026-11-21T22:59:59.999Z');
    const midnight = settle('x', '2026-11-21T23:00:00Z');
    const next = settle('x', '2026-11-22T23:00:00Z');
    expect(await ask('on:2026-11-22', late, midnight, next)).toEqual([midnight]);
    expect(await ask('on:today', late, midnight, next)).toEqual([midnight]);
    expect(await ask('on:yesterday', late, midnight, next)).toEqual([late]);
    expect(await ask('before:2026-11-22', late, midnight, next)).toEqual([late]);
    expect(await ask('after:2026-11-21', late, midnight, next)).toEqual([midnight, next]);
    const summerEnds = settle('x', '2026-10-25T22:59:59Z');
    expect(await ask('on:2026-10-25', summerEnds, settle('x', '2026-10-25T23:00:00Z'))).toEqual([summerEnds]);
  });

  it('finds nothing in rooms that the asker is not in', () => {
    const books = { library: library([settle('x')]), stems, files: 'read' } as const;
    expect(scan({ kind: 'in', rooms: [room.roomId] }, { reader, ...books })).toHaveLength(1);
    expect(scan({ kind: 'in', rooms: [room.roomId] }, { reader: 'stranger' as UserId, ...books })).toHaveLength(0);
  });

  it('looks in the rooms that are named', async () => {
    expect(await ask(`in:${room.roomId}`, settle('x'))).toHaveLength(1);
    expect(await ask('in:another', settle('x'))).toHaveLength(0);
  });
});

function neverNull(): never {
  throw new Error('asks for nothing');
}
