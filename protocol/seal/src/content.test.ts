import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SecretKey } from './secret-key.ts';
import { sealOver, setNames } from './testing/primitive-sets.ts';
import { codeOf } from './testing/vectors.ts';

const RUNS = Number(process.env.CLOISTER_RUNS ?? 100);
const KID = 'kms://kms.realm.example/ecdhe/49870d2b-17e9-4e9a-8ee1-a4fd48c57d24';
const CONTENT_HEADER = 'eyJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiZGlyIn0';

const part = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

describe.each(setNames)('content over %s primitives', (name) => {
  let seal: Awaited<ReturnType<typeof sealOver>>;
  let key: SecretKey;
  let sealed: string;
  beforeAll(async () => {
    seal = await sealOver(name);
    key = seal.SecretKey.fromBytes(
      'room',
      Uint8Array.from({ length: 32 }, (_, i) => i),
    );
    sealed = await seal.sealText(key, 'hello');
  });

  /** The sealed text with some of its parts replaced. */
  const altered = (parts: Partial<Record<0 | 1 | 2 | 3 | 4, string>>): string =>
    Object.assign(sealed.split('.'), parts).join('.');

  it('writes exactly the published header, no key part, a 96-bit nonce and a 128-bit tag (R289)', async () => {
    expect(Buffer.from(CONTENT_HEADER, 'base64url').toString()).toBe('{"enc":"A256GCM","alg":"dir"}');
    expect(sealed).toMatch(new RegExp(`^${CONTENT_HEADER}\\.\\.[\\w-]{16}\\.[\\w-]{7}\\.[\\w-]{22}$`));
    expect(await seal.sealBytes(key, new Uint8Array(5))).toMatch(new RegExp(`^${CONTENT_HEADER}\\.\\.`));
  });

  it('writes the channel header in the published order of members (R306)', async () => {
    const message = await seal.sealDir({ key, kid: KID }, 'x');
    const header = Buffer.from(message.split('.')[0] ?? '', 'base64url').toString();
    expect(header).toBe(`{"enc":"A256GCM","alg":"dir","kid":"${KID}"}`);
  });

  it('opens whatever it sealed, text and bytes, and never twice the same sealed text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), fc.uint8Array({ maxLength: 500 }), async (text, bytes) => {
        const [one, two] = [await seal.sealText(key, text), await seal.sealText(key, text)];
        expect(one).not.toBe(two);
        expect(await seal.openText(key, one)).toBe(text);
        expect(await seal.openBytes(key, await seal.sealBytes(key, bytes))).toEqual(bytes);
      }),
      { numRuns: RUNS },
    );
  });

  it('opens what an older client sealed with a kid in the header', async () => {
    expect(await seal.openText(key, await seal.sealDir({ key, kid: 'anything' }, 'hello'))).toBe('hello');
  });

  it('gives one and the same error for every failure to open', async () => {
    const other = seal.SecretKey.generate('room');
    const flip = (text: string) => `${text[0] === 'A' ? 'B' : 'A'}${text.slice(1)}`;
    const [, , iv = '', ciphertext = '', tag = ''] = sealed.split('.');
    const attempts: [SecretKey, string][] = [
      [other, sealed],
      [key, altered({ 0: part({ alg: 'dir', enc: 'A256GCM' }) })],
      [key, altered({ 2: flip(iv) })],
      [key, altered({ 3: flip(ciphertext) })],
      [key, altered({ 3: '' })],
      [key, altered({ 4: flip(tag) })],
      [key, await seal.sealBytes(key, Uint8Array.of(0xff, 0xfe))],
    ];
    for (const [opener, text] of attempts) {
      const failure = await seal.openText(opener, text).catch((error: unknown) => error);
      expect(failure).toMatchObject({ name: 'CloisterError', code: 'seal/open-failed', detail: undefined });
      expect(failure).not.toHaveProperty('cause');
    }
  });

  it.each([
    ['RSA1_5', { alg: 'RSA1_5', enc: 'A256GCM' }],
    ['a key wrap', { alg: 'A256KW', enc: 'A256GCM' }],
    ['no alg', { enc: 'A256GCM' }],
    ['an alg that is no string', { alg: ['dir'], enc: 'A256GCM' }],
    ['a 128-bit cipher', { alg: 'dir', enc: 'A128GCM' }],
    ['CBC', { alg: 'dir', enc: 'A256CBC-HS512' }],
    ['no enc', { alg: 'dir' }],
    ['compression', { alg: 'dir', enc: 'A256GCM', zip: 'DEF' }],
    ['a critical extension', { alg: 'dir', enc: 'A256GCM', crit: ['exp'], exp: 1 }],
    ['an empty list of extensions', { alg: 'dir', enc: 'A256GCM', crit: [] }],
  ])('refuses %s by the header alone', async (_, header) => {
    expect(await codeOf(seal.openText(key, altered({ 0: part(header) })))).toBe('seal/unsupported-algorithm');
  });

  it.each<[string, Partial<Record<0 | 1 | 2 | 3 | 4, string>>]>([
    ['a key part under dir', { 1: 'AAAA' }],
    ['a short nonce', { 2: 'AAAA' }],
    ['a long nonce', { 2: 'A'.repeat(24) }],
    ['a short tag', { 4: 'A'.repeat(16) }],
    ['a long tag', { 4: 'A'.repeat(43) }],
    ['padding', { 3: 'AA==' }],
    ['white space', { 3: 'AAAA ' }],
    ['the other alphabet', { 3: 'AA+/' }],
    ['loose trailing bits', { 3: 'AB' }],
    ['an impossible length', { 3: 'AAAAA' }],
    ['a header that is an array', { 0: part('[]') }],
    ['a header that is null', { 0: part('null') }],
    ['a header that is no JSON', { 0: part('{') }],
    ['a header that is no UTF-8', { 0: Buffer.from([0x22, 0xff, 0x22]).toString('base64url') }],
    ['an empty header', { 0: '' }],
    ['a kid that is no string', { 0: part({ alg: 'dir', enc: 'A256GCM', kid: 1 }) }],
    ['a part too many', { 4: `${'A'.repeat(22)}.AAAA` }],
  ])('refuses %s as malformed', async (_, parts) => {
    expect(await codeOf(seal.openText(key, altered(parts)))).toBe('seal/malformed');
  });

  it('refuses four parts, and what is longer than allowed, before it looks inside', async () => {
    expect(await codeOf(seal.openText(key, sealed.split('.').slice(0, 4).join('.')))).toBe('seal/malformed');
    expect(await codeOf(seal.openText(key, 'x'.repeat(2 * 1024 * 1024 + 1)))).toBe('wire/too-large');
    expect(await codeOf(seal.openBytes(key, sealed, { maxLength: sealed.length - 1 }))).toBe('wire/too-large');
    expect(await codeOf(seal.openText(key, altered({ 0: 'A'.repeat(8 * 1024 + 1) })))).toBe('wire/too-large');
  });

  it('answers any text, bytes or value with a typed error', async () => {
    const jwe = fc
      .tuple(fc.string(), fc.base64String(), fc.base64String(), fc.string(), fc.base64String())
      .map((parts) => parts.join('.'));
    const header = fc.json().map((json) => `${part(json)}..AAAAAAAAAAAAAAAA..AAAAAAAAAAAAAAAAAAAAAA`);
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), jwe, header, fc.anything()), async (input) => {
        expect(await codeOf(seal.openText(key, input as string))).toMatch(/^(seal|wire)\//);
      }),
      { numRuns: RUNS },
    );
  });
});
