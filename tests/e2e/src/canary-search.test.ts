import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formsOf } from './canary/encodings.ts';
import { NeedleSet } from './canary/needle-set.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);

describe('the search for what people typed', () => {
  const text = 'Žofie ändert 会議 "q3"';
  const surrounded = (bytes: string | Buffer, noise: Buffer) => Buffer.concat([noise, Buffer.from(bytes), noise]);
  const json = (value: string) =>
    JSON.stringify(value).replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

  it.each<[string, string | Buffer]>([
    ['as it is', text],
    ['as UTF-16', Buffer.from(text, 'utf16le')],
    ['as UTF-16, other byte order', Buffer.from(text, 'utf16le').swap16()],
    ['in an address', `?q=${encodeURIComponent(text)}&n=1`],
    ['in an address, lower case', encodeURIComponent(text).replace(/%../g, (pair) => pair.toLowerCase())],
    ['in JSON', JSON.stringify({ text })],
    ['in JSON of ASCII alone', `{"text":${json(text)}}`],
    [
      'in JSON of ASCII alone, upper case',
      json(text).replace(/u[0-9a-f]{4}/g, (code) => `u${code.slice(1).toUpperCase()}`),
    ],
    ['as hex', Buffer.from(text).toString('hex')],
    ['as hex, upper case', Buffer.from(text).toString('hex').toUpperCase()],
    ...[0, 1, 2, 3].flatMap((before): [string, string][] => {
      const inside = Buffer.from(`${'{'.repeat(before)}${text}}`);
      const once = inside.toString('base64url');
      return [
        [`${before} bytes into base64url`, once],
        [`${before} bytes into base64`, inside.toString('base64')],
        [`${before} bytes into base64url of JSON with base64url`, Buffer.from(`{"k":"${once}"}`).toString('base64url')],
      ];
    }),
  ])('finds a text %s', (_, hidden) => {
    const set = new NeedleSet(formsOf(text).map((bytes) => ({ bytes, label: 'text' })));
    expect(set.find(surrounded(hidden, randomBytes(500)))).not.toEqual([]);
    expect(set.find(randomBytes(200_000))).toEqual([]);
  });

  it('finds a key as bytes, as JWK and inside what carries it', () => {
    const key = randomBytes(32);
    const set = new NeedleSet(formsOf(key).map((bytes) => ({ bytes, label: 'key' })));
    const jwk = JSON.stringify({ kty: 'oct', k: key.toString('base64url') });
    const carried = [
      key,
      key.toString('hex'),
      jwk,
      Buffer.from(jwk, 'utf16le'),
      Buffer.from(jwk).toString('base64url'),
    ];
    for (const form of carried) expect(set.find(surrounded(form, randomBytes(99)))).not.toEqual([]);
  });

  it('finds exactly what a search one by one finds', () => {
    // Few letters, so that needles overlap, repeat and begin alike.
    const bytes = (minLength: number, maxLength: number) =>
      fc.array(fc.constantFrom(0, 1, 97, 98), { minLength, maxLength }).map((list) => Buffer.from(list));
    fc.assert(
      fc.property(fc.array(bytes(4, 9), { minLength: 1, maxLength: 8 }), bytes(0, 400), (needles, haystack) => {
        const expected = needles.flatMap((needle, label) => {
          const hits: string[] = [];
          for (let at = haystack.indexOf(needle); at >= 0; at = haystack.indexOf(needle, at + 1))
            hits.push(`${label}@${at}`);
          return hits;
        });
        const set = new NeedleSet(needles.map((needle, label) => ({ bytes: needle, label })));
        const found = set.find(haystack).map(({ label, at }) => `${label}@${at}`);
        expect(found.sort()).toEqual(expected.sort());
      }),
      { numRuns },
    );
  });
});
