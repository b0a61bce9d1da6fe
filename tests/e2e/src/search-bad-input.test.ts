import type { Constellation } from '@cloister/testkit';
import type { RoomId } from '@cloister/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canConvert } from '../../../platform/sandbox/src/testing/can-convert.ts';
import { docx } from '../../../platform/sandbox/src/testing/documents.ts';
import { gather } from './sdk/gather.ts';
import { enter, makeRoom, type SdkPerson, say } from './sdk/sdk-person.ts';
import { found, indexed, searchFor } from './sdk/search-for.ts';
import { shareFiles } from './sdk/shared-files.ts';
import { askRaw, queryKeyOf, rawQuery } from './search/raw-query.ts';

// What nobody writes by accident: each gives a clear error or a bounded result, and others search on meanwhile.
let all: Constellation;
let alice: SdkPerson;
let ben: SdkPerson;
let end: () => Promise<void>;
let loud: RoomId;
/** Where nobody does anything strange. */
let quiet: RoomId;

beforeAll(async () => {
  ({ all, alice, ben, end } = await gather(['alice', 'ben'], {}, { search: true }));
  loud = await makeRoom(alice, 'Loud', [ben]);
  quiet = await makeRoom(ben, 'Quiet', [alice]);
  await Promise.all([enter(ben, loud), enter(alice, quiet)]);
});
afterAll(() => end?.());

/** What is said now in the other room is found, whatever is at work in this one. */
let said = 0;
const othersGoOn = async (): Promise<void> => {
  said += 1;
  await say(ben, quiet, `calmly said${said}`);
  await indexed(all, quiet);
  expect(await found(ben, `said${said}`)).toEqual([`calmly said${said}`]);
};
const namesFound = async (query: string): Promise<string[]> =>
  (await searchFor(ben, query)).hits.flatMap(({ files }) => files.map(({ name }) => name));

describe('messages and files', () => {
  it('of a million one-letter words are found by what counts of them', async () => {
    const letters = `${Array.from({ length: 13 }, (_, n) => String.fromCharCode(97 + n)).join(' ')} `;
    await expect(alice.client.send(loud, { text: letters.repeat(76_000) })).rejects.toMatchObject({
      code: 'client/invalid-request',
    });
    // As long as a message may be, and the rest as a file.
    await say(alice, loud, `${letters.repeat(2_500)}afterwards`);
    await shareFiles(alice, loud, { 'letters.txt': `${letters.repeat(76_000)}beyond` }, 'text/plain');
    await othersGoOn();
    await indexed(all, loud);
    expect((await searchFor(ben, 'm -has:file')).hits).toHaveLength(1);
    expect((await searchFor(ben, 'afterwards')).hits).toHaveLength(1);
    // `long-text` of docs/search.md: 1,000,000 characters of a file.
    expect((await searchFor(ben, 'beyond')).hits).toEqual([]);
    expect((await searchFor(ben, 'c has:document')).hits.map(({ where }) => where)).toEqual(['in-file']);
  });

  it('of one character that becomes eighteen keep nobody waiting', async () => {
    await shareFiles(alice, loud, { 'ligature.txt': 'ﷺ'.repeat(1_000_000) }, 'text/plain');
    await othersGoOn();
    await indexed(all, loud);
    expect(await namesFound('ligature.txt')).toEqual(['ligature.txt']);
    expect(await namesFound('"صلى"')).toEqual(['ligature.txt']);
  });

  it('with broken UTF-8 and lone surrogates are found by what can be read of them', async () => {
    const broken = Buffer.concat([
      Buffer.from('before '),
      Buffer.from([0xff, 0xc0, 0x80, 0xed, 0xa0]),
      Buffer.from(' mangrove'),
    ]);
    await shareFiles(alice, loud, { 'broken.txt': broken }, 'text/plain');
    await say(alice, loud, 'lonely \ud800 surrogates \udc00 albatross');
    await othersGoOn();
    await indexed(all, loud);
    expect(await namesFound('mangrove')).toEqual(['broken.txt']);
    expect((await searchFor(ben, 'albatross')).hits).toHaveLength(1);
  });

  it.skipIf(!canConvert)('that burst when they are opened are found by their names alone', async () => {
    const cells = `<w:tbl>${`<w:tr>${'<w:tc><w:p/></w:tc>'.repeat(1_000)}</w:tr>`.repeat(1_000)}</w:tbl>`;
    await shareFiles(alice, loud, { 'bomb.docx': docx(['inside'], ' '.repeat(400 * 1024 * 1024)) });
    await shareFiles(alice, loud, { 'cells.docx': docx(['inside'], cells) });
    await othersGoOn();
    await indexed(all, loud);
    expect(await namesFound('bomb.docx OR cells.docx')).toEqual(['cells.docx', 'bomb.docx']);
    expect(await namesFound('inside has:document')).not.toContain('bomb.docx');
  });
});

describe('queries', () => {
  const leaves = (count: number) => Array.from({ length: count }, (_, n) => ({ text: `w${n}`, quoted: false }));
  const nested = (depth: number): unknown =>
    Array.from({ length: depth }).reduce((inner) => ['not', inner], { text: 'deep', quoted: false } as unknown);

  it('of 10,000 terms are refused where they are typed, with what is wrong', async () => {
    const words = leaves(10_000).map(({ text }) => text);
    expect(await searchFor(ben, words.join(' '))).toMatchObject({ state: 'failed', code: 'search/too-long', hits: [] });
    expect((await searchFor(ben, words.slice(0, 65).join(' '))).code).toBe('search/too-many-parts');
    expect((await searchFor(ben, `${'('.repeat(9)}x`)).code).toBe('search/too-deep');
  });

  it.each([
    ['10,000 terms', ['or', ...leaves(10_000)], 'core/query-refused'],
    ['65 terms', ['and', ['or', ...leaves(33)], ['or', ...leaves(32)]], 'search/too-many-parts'],
    ['29 brackets', nested(29), 'search/too-deep'],
    ['1,000 brackets', nested(1_000), 'core/query-refused'],
    ['a term without end', { text: 'x'.repeat(500_000), quoted: true }, 'search/too-long'],
    ['lone surrogates', { text: '\ud800', quoted: false }, 'core/query-refused'],
    ['something else', { text: 'x', quoted: false, regex: '.*' }, 'core/query-refused'],
  ])('of %s, from a client that checks nothing, are refused by the indexer', async (_, query, code) => {
    const key = await queryKeyOf(alice);
    const asked = await rawQuery({ key, userId: alice.id, rooms: [loud, quiet], query });
    const [answer] = await Promise.all([askRaw(all, alice, asked), othersGoOn()]);
    expect(answer).toBe(code);
  });

  it('larger than the core takes are refused by it', async () => {
    const key = await queryKeyOf(alice);
    const query = { text: 'x'.repeat(1_500_000), quoted: false };
    const [answer] = await Promise.all([
      askRaw(all, alice, await rawQuery({ key, userId: alice.id, rooms: [loud], query })),
      othersGoOn(),
    ]);
    expect(answer).toMatch(/too-large/);
  });

  it('that somebody else sealed, or sealed for somebody else, are refused (R395)', async () => {
    const query = { text: 'calmly', quoted: false };
    const rooms = [loud, quiet];
    const bens = await queryKeyOf(ben);
    const alices = await queryKeyOf(alice);
    const honest = () => rawQuery({ key: alices, userId: alice.id, rooms, query });
    expect(await askRaw(all, alice, await honest())).toBe('end');
    expect(await askRaw(all, alice, await rawQuery({ key: bens, userId: alice.id, rooms, query }))).toBe(
      'core/query-refused',
    );
    expect(await askRaw(all, ben, await honest())).toBe('core/query-refused');
    const old = await rawQuery({ key: alices, userId: alice.id, rooms, query, issuedAt: Date.now() - 180_000 });
    expect(await askRaw(all, alice, old)).toBe('core/query-refused');
  });

  it('that were asked are not asked again', async () => {
    const key = await queryKeyOf(alice);
    const asked = await rawQuery({ key, userId: alice.id, rooms: [quiet], query: { text: 'calmly', quoted: false } });
    expect(await askRaw(all, alice, asked)).toBe('end');
    expect(await askRaw(all, alice, asked)).toBe('core/conflict');
  });
});
