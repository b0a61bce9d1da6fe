import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyCheck } from '../key-check.ts';
import { describeKeystore } from '../testing/keystore-suite.ts';
import { aeadSeal } from './aead.ts';
import { KeystoreFile } from './keystore-file.ts';
import { SoftwareKeystore } from './software-keystore.ts';

const organisationId = '11111111-1111-4111-8111-111111111111';
const pin = randomBytes(32);
let folder: string;
let path: string;

const openAt = (at: string, { withPin = pin, uploadKeyBits = 3072 as 3072 | 4096 } = {}) =>
  SoftwareKeystore.open({ path: at, pin: withPin, uploadKeyBits, now: () => new Date(0), newId: randomUUID });
const open = (withPin = pin) => openAt(path, { withPin });

describeKeystore('software', async (uploadKeyBits) => {
  const place = mkdtempSync(join(tmpdir(), 'cloister-keystore-'));
  return {
    open: async () => openAt(join(place, 'keystore'), { uploadKeyBits }),
    remove: async () => rmSync(place, { recursive: true, force: true }),
  };
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloister-keystore-'));
  path = join(folder, 'keystore');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the software keystore file', () => {
  it('says that it is software', async () => {
    await open().ensureKey(organisationId, 'main', 'default');
    expect(open()).toMatchObject({ kind: 'software', protection: 'software' });
    expect(readFileSync(path, 'utf8')).toContain('software');
  });

  it('of the former format opens: the first version of a key is the key', async () => {
    const versions = [randomBytes(32), randomBytes(32)] as const;
    const keyId = randomUUID();
    const former = [
      { keyId, organisationId, purpose: 'main', label: 'default', createdAt: '2026-11-21T00:00:00.000Z', versions },
      { keyId: randomUUID(), organisationId, purpose: 'channel', label: '2026-11-21', createdAt: '', versions },
    ].map((key) => ({ ...key, versions: key.versions.map((version) => version.toString('base64')) }));
    KeystoreFile.open(path, pin).file.replace(Buffer.from(JSON.stringify(former)));
    const keystore = open();
    const check = keyCheck(versions[0], organisationId).toString('base64');
    expect(await keystore.ensureKey(organisationId, 'main', 'default')).toEqual({ keyId, check });
    const aad = Buffer.from('aad');
    const wrapped = aeadSeal(createSecretKey(versions[0]), Buffer.alloc(32, 3), aad);
    expect(await keystore.unwrap({ keyId, organisationId }, wrapped, aad)).toEqual(Buffer.alloc(32, 3));
    // Written in today's format, it still opens.
    await keystore.ensureKey(organisationId, 'main', 'other');
    expect((await open().ensureKey(organisationId, 'main', 'default')).keyId).toBe(keyId);
  });

  it('opens with the right PIN only, and not when a byte of it changed', async () => {
    await open().ensureKey(organisationId, 'main', 'default');
    expect(() => open(randomBytes(32))).toThrow(expect.objectContaining({ code: 'hsm/keystore-locked' }));
    const bytes = readFileSync(path);
    bytes[bytes.length - 10] = (bytes[bytes.length - 10] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    expect(() => open()).toThrow(expect.objectContaining({ code: 'hsm/keystore-locked' }));
  });

  it('that holds something else does not open', () => {
    const key = { keyId: 'k', organisationId, purpose: 'main', label: 'l', createdAt: '' };
    for (const content of [
      'no JSON',
      '{}',
      '[{}]',
      JSON.stringify([{ ...key, versions: [] }]),
      JSON.stringify({ keys: [{ ...key, material: 'AAAA' }], uploadKeys: [] }),
      JSON.stringify({ keys: [], uploadKeys: [{ organisationId, pkcs8: 'AAAA' }] }),
    ]) {
      rmSync(path, { force: true });
      KeystoreFile.open(path, pin).file.replace(Buffer.from(content));
      expect(() => open()).toThrow(expect.objectContaining({ code: 'hsm/keystore-locked' }));
    }
  });

  it('is its owner’s alone, with no key, organisation or PIN to read in it (R004, byok.md §5)', async () => {
    const keystore = open();
    await keystore.ensureKey(organisationId, 'main', 'default');
    await keystore.publicKey(organisationId);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const text = readFileSync(path, 'utf8');
    for (const secret of [organisationId, pin.toString('base64'), 'PRIVATE', 'uploadKeys']) {
      expect(text).not.toContain(secret);
    }
  });

  it('that somebody else changed is not written over, and what was held stays', async () => {
    const keystore = open();
    const { keyId } = await keystore.ensureKey(organisationId, 'main', 'default');
    await open().ensureKey(organisationId, 'main', 'second');
    const changed = { code: 'hsm/keystore-changed' };
    await expect(keystore.destroy({ keyId, organisationId })).rejects.toMatchObject(changed);
    await expect(keystore.publicKey(organisationId)).rejects.toMatchObject(changed);
    expect((await keystore.describe({ keyId, organisationId })).label).toBe('default');
    expect((await open().ensureKey(organisationId, 'main', 'default')).keyId).toBe(keyId);
  });

  it('is not touched by a bad upload (R021)', async () => {
    const keystore = open();
    await keystore.publicKey(organisationId);
    const before = readFileSync(path);
    const attempt = keystore.importKey({ keyId: randomUUID(), organisationId }, randomBytes(384));
    await expect(attempt).rejects.toMatchObject({ code: 'hsm/import-failed' });
    expect(readFileSync(path)).toEqual(before);
  });
});
