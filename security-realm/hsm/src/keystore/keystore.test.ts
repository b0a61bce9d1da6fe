import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Keystore } from './keystore.ts';

const runs = Number(process.env.CLOISTER_RUNS ?? 100);
const organisationId = '11111111-1111-4111-8111-111111111111';
const aad = Buffer.from('aad');
let folder: string;
let path: string;
const pin = randomBytes(32);

const open = (withPin = pin) => Keystore.open({ path, pin: withPin, now: () => new Date(0), newId: randomUUID });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloister-keystore-'));
  path = join(folder, 'keystore');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the keystore', () => {
  it('gives the same key for the same organisation, purpose and label, also after a restart', () => {
    const first = open().ensureKey(organisationId, 'main', 'default');
    expect(open().ensureKey(organisationId, 'main', 'default')).toEqual(first);
    expect(open().ensureKey(organisationId, 'channel', 'default').keyId).not.toBe(first.keyId);
    expect(() => open().createKey(organisationId, 'main', 'default')).toThrow(
      expect.objectContaining({ code: 'hsm/conflict' }),
    );
  });

  it('unwraps what it wrapped, under the same associated data only', () => {
    const keystore = open();
    const { keyId } = keystore.ensureKey(organisationId, 'main', 'default');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 256 }), fc.uint8Array({ maxLength: 64 }), (plaintext, data) => {
        const { wrapped, version } = keystore.wrap(keyId, plaintext, data);
        expect(keystore.unwrap(keyId, version, wrapped, data)).toEqual(Buffer.from(plaintext));
        expect(() => keystore.unwrap(keyId, version, wrapped, Buffer.concat([data, aad]))).toThrow(
          expect.objectContaining({ code: 'hsm/unwrap-failed' }),
        );
      }),
      { numRuns: runs },
    );
  });

  it('answers every bad unwrap with one error', () => {
    const keystore = open();
    const { keyId } = keystore.ensureKey(organisationId, 'main', 'default');
    const other = keystore.ensureKey(organisationId, 'main', 'other').keyId;
    const { wrapped, version } = keystore.wrap(keyId, Buffer.from('secret'), aad);
    const flipped = Buffer.from(wrapped);
    flipped[20] = (flipped[20] ?? 0) ^ 1;
    const attempts: (() => Buffer)[] = [
      () => keystore.unwrap(keyId, version, flipped, aad),
      () => keystore.unwrap(keyId, version, wrapped.subarray(0, 10), aad),
      () => keystore.unwrap(keyId, version + 1, wrapped, aad),
      () => keystore.unwrap(other, version, wrapped, aad),
      () => keystore.unwrap(randomUUID(), version, wrapped, aad),
    ];
    const faults = attempts.map((attempt) => {
      try {
        return attempt();
      } catch (error) {
        return String(error);
      }
    });
    expect(new Set(faults).size).toBe(1);
    expect(faults[0]).toContain('cannot be unwrapped');
  });

  it('wraps under the newest version and unwraps under the one that is named', () => {
    const keystore = open();
    const { keyId, check } = keystore.ensureKey(organisationId, 'main', 'default');
    const before = keystore.wrap(keyId, Buffer.from('secret'), aad);
    const grown = keystore.addVersion(keyId);
    expect(grown.version).toBe(2);
    expect(grown.check).not.toBe(check);
    expect(keystore.wrap(keyId, Buffer.from('secret'), aad).version).toBe(2);
    expect(open().unwrap(keyId, before.version, before.wrapped, aad).toString()).toBe('secret');
  });

  it('destroys a key for good', () => {
    const keystore = open();
    const { keyId } = keystore.ensureKey(organisationId, 'channel', 'day');
    const { wrapped, version } = keystore.wrap(keyId, Buffer.from('secret'), aad);
    keystore.destroy(keyId);
    for (const each of [keystore, open()]) {
      expect(() => each.unwrap(keyId, version, wrapped, aad)).toThrow(
        expect.objectContaining({ code: 'hsm/unwrap-failed' }),
      );
      expect(() => each.wrap(keyId, aad, aad)).toThrow(expect.objectContaining({ code: 'hsm/not-found' }));
    }
    expect(keystore.ensureKey(organisationId, 'channel', 'day').keyId).not.toBe(keyId);
  });

  it('says that it is software', () => {
    const keystore = open();
    const { keyId } = keystore.ensureKey(organisationId, 'main', 'default');
    expect(keystore.describe(keyId)).toMatchObject({ keystore: 'software', purpose: 'main', label: 'default' });
    expect(readFileSync(path, 'utf8')).toContain('software');
  });

  it('opens with the right PIN only, and not when a byte of the file changed', () => {
    open().ensureKey(organisationId, 'main', 'default');
    expect(() => open(randomBytes(32))).toThrow(expect.objectContaining({ code: 'hsm/keystore-locked' }));
    const bytes = readFileSync(path);
    bytes[bytes.length - 10] = (bytes[bytes.length - 10] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    expect(() => open()).toThrow(expect.objectContaining({ code: 'hsm/keystore-locked' }));
  });

  it('keeps its file to its owner, and no key or PIN in it (byok.md §5)', () => {
    const keystore = open();
    keystore.ensureKey(organisationId, 'main', 'default');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const text = readFileSync(path, 'utf8');
    expect(text).not.toContain(organisationId);
    expect(text).not.toContain(pin.toString('base64'));
  });

  it('refuses to write over a file that somebody else changed, and keeps what it held', () => {
    const keystore = open();
    const { keyId } = keystore.ensureKey(organisationId, 'main', 'default');
    open().ensureKey(organisationId, 'main', 'second');
    expect(() => keystore.destroy(keyId)).toThrow(expect.objectContaining({ code: 'hsm/keystore-changed' }));
    expect(keystore.describe(keyId).label).toBe('default');
    expect(open().ensureKey(organisationId, 'main', 'default').keyId).toBe(keyId);
  });
});
