import { createCipheriv, createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { CloisterError } from '@cloister/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AadPart, encodeAad } from './encode-aad.ts';
import { open } from './open.ts';
import { seal } from './seal.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
const key = randomBytes(32);
const parts = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array({ maxLength: 40 })), { maxLength: 6 });
const plaintexts = fc.uint8Array({ maxLength: 300 });

const refuses = (work: () => unknown) =>
  expect(work).toThrow(
    expect.objectContaining({ code: 'platform/at-rest', message: new CloisterError('platform/at-rest').message }),
  );

describe('seal and open', () => {
  it('return what was sealed under the same key for the same row (R289)', () => {
    fc.assert(
      fc.property(plaintexts, parts, (plaintext, aad) => {
        expect(new Uint8Array(open(key, seal(key, plaintext, aad), aad))).toEqual(plaintext);
      }),
      { numRuns },
    );
  });

  it('take a KeyObject and bytes alike', () => {
    const row = seal(createSecretKey(key), Buffer.from('key'), ['a']);
    expect(open(key, row, ['a']).toString()).toBe('key');
    expect(open(createSecretKey(key), seal(key, Buffer.from('key'), ['a']), ['a']).toString()).toBe('key');
  });

  it('have the layout iv | ciphertext | tag and the commitment of byok.md §5', () => {
    const iv = Buffer.from('000102030405060708090a0b', 'hex');
    const { sealed, commit } = seal(key, Buffer.from('content key'), ['org', '1'], () => iv);
    const lengthPrefixed = (...texts: string[]) =>
      Buffer.concat(texts.flatMap((text) => [Buffer.from([0, 0, 0, text.length]), Buffer.from(text)]));
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(lengthPrefixed('org', '1'));
    const ciphertext = Buffer.concat([cipher.update('content key'), cipher.final()]);
    expect(sealed).toEqual(Buffer.concat([iv, ciphertext, cipher.getAuthTag()]));
    expect(commit).toEqual(
      createHmac('sha256', key)
        .update(lengthPrefixed('commit/v1', 'org', '1'))
        .digest(),
    );
  });

  it('use another IV each time', () => {
    const ivs = Array.from({ length: 1000 }, () =>
      seal(key, new Uint8Array(0), []).sealed.subarray(0, 12).toString('hex'),
    );
    expect(new Set(ivs).size).toBe(1000);
  });

  it('refuse a row moved to another place, organisation or version', () => {
    const rows = [
      ['acme', 'k1', '1'],
      ['globex', 'k1', '1'],
      ['acme', 'k2', '1'],
      ['acme', 'k1', '2'],
      ['acme', 'k11'],
    ] as const;
    for (const [index, aad] of rows.entries()) {
      const row = seal(key, Buffer.from('key'), aad);
      for (const other of rows.filter((_, at) => at !== index)) refuses(() => open(key, row, other));
    }
  });

  it('refuse every changed byte and every cut, with one error (invariant 7)', () => {
    const row = seal(key, Buffer.from('a content key'), ['acme']);
    for (let at = 0; at < row.sealed.length; at++) {
      const sealed = Buffer.from(row.sealed);
      sealed.writeUInt8(sealed.readUInt8(at) ^ 1, at);
      refuses(() => open(key, { ...row, sealed }, ['acme']));
      refuses(() => open(key, { ...row, sealed: row.sealed.subarray(0, at) }, ['acme']));
    }
    for (let at = 0; at < row.commit.length; at++) {
      const commit = Buffer.from(row.commit);
      commit.writeUInt8(commit.readUInt8(at) ^ 0x80, at);
      refuses(() => open(key, { ...row, commit }, ['acme']));
      refuses(() => open(key, { ...row, commit: row.commit.subarray(0, at) }, ['acme']));
    }
  });

  it('refuse another key before decrypting, by the commitment', () => {
    const row = seal(key, Buffer.from('key'), ['acme']);
    const other = randomBytes(32);
    refuses(() => open(other, row, ['acme']));
    // Sealed properly under another key, but committed to the first: what a two-key ciphertext would look like.
    refuses(() =>
      open(other, { sealed: seal(other, Buffer.from('key'), ['acme']).sealed, commit: row.commit }, ['acme']),
    );
  });

  it('refuse a key that is not 256 bits', () => {
    for (const bad of [randomBytes(16), randomBytes(31), randomBytes(33), createSecretKey(randomBytes(16))]) {
      refuses(() => seal(bad, Buffer.from('x'), []));
      refuses(() => open(bad, seal(key, Buffer.from('x'), []), []));
    }
  });

  it('answer any bytes with the one error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.uint8Array({ maxLength: 40 }), parts, (sealed, commit, aad) => {
        refuses(() => open(key, { sealed, commit }, aad));
      }),
      { numRuns },
    );
  });
});

describe('encodeAad', () => {
  it('gives different lists different bytes', () => {
    const asBytes = (list: readonly AadPart[]) => list.map((part) => Buffer.from(part as string).toString('hex'));
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        expect(encodeAad(a).equals(encodeAad(b))).toBe(
          asBytes(a).join('|') === asBytes(b).join('|') && a.length === b.length,
        );
      }),
      { numRuns },
    );
    expect(encodeAad(['ab', 'c'])).not.toEqual(encodeAad(['a', 'bc']));
    expect(encodeAad([''])).not.toEqual(encodeAad([]));
  });
});
