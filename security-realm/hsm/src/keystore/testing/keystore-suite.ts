import { createDecipheriv, createPublicKey, randomBytes, randomUUID } from 'node:crypto';
import { CloisterError } from '@cloister/wire';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Keystore } from '../keystore.ts';
import { Openssl } from './openssl.ts';
import { describeRewrapping } from './rewrap-tests.ts';

const runs = Number(process.env.CLOISTER_RUNS ?? 100);
const acme = '11111111-1111-4111-8111-111111111111';
const globex = '22222222-2222-4222-8222-222222222222';
const aad = Buffer.from('aad');
const newName = (organisationId = acme) => ({ keyId: randomUUID(), organisationId });

/** A keystore of its own, with nothing in it. */
export type PreparedKeystore = {
  /** Opens it; after a close again, with what it kept. */
  open(): Promise<Keystore>;
  remove(): Promise<void>;
};
export type PrepareKeystore = (uploadKeyBits: 3072 | 4096) => Promise<PreparedKeystore>;

/** Every sentence that a local keystore must keep (wires.md §5, byok.md §1). */
export const describeKeystore = (name: string, prepare: PrepareKeystore): void => {
  const openssl = new Openssl();
  afterAll(() => openssl.remove());
  const prepared = (bits: 3072 | 4096) => {
    let place: PreparedKeystore;
    const all = {
      keystore: undefined as unknown as Keystore,
      restart: async () => {
        await all.keystore.close();
        all.keystore = await place.open();
      },
    };
    beforeAll(async () => {
      place = await prepare(bits);
      all.keystore = await place.open();
    }, 120_000);
    afterAll(async () => {
      await all.keystore.close();
      await place.remove();
    });
    return all;
  };

  describe(`the ${name} keystore`, { timeout: 120_000 }, () => {
    const all = prepared(3072);

    it('gives one key for an organisation, purpose and label, also after a restart and to many at once', async () => {
      const ensure = () => all.keystore.ensureKey(acme, 'main', 'default');
      const [first, ...others] = await Promise.all([ensure(), ensure(), ensure()]);
      expect(others).toEqual([first, first]);
      await all.restart();
      expect(await ensure()).toEqual(first);
      for (const other of [
        await all.keystore.ensureKey(acme, 'channel', 'default'),
        await all.keystore.ensureKey(acme, 'main', 'other'),
        await all.keystore.ensureKey(globex, 'main', 'default'),
      ]) {
        expect(other.keyId).not.toBe(first.keyId);
        expect(other.check).not.toBe(first.check);
      }
    });

    it('unwraps what it wrapped, under the same associated data only', async () => {
      const key = { ...(await all.keystore.ensureKey(acme, 'main', 'default')), organisationId: acme };
      const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
      await fc.assert(
        fc.asyncProperty(bytes(32), fc.uint8Array({ maxLength: 200 }), async (kek, data) => {
          const wrapped = await all.keystore.wrap(key, Buffer.from(kek), Buffer.from(data));
          expect(wrapped.length).toBe(12 + 32 + 16);
          expect(await all.keystore.unwrap(key, wrapped, Buffer.from(data))).toEqual(Buffer.from(kek));
          const others = Buffer.concat([data, aad]);
          await expect(all.keystore.unwrap(key, wrapped, others)).rejects.toMatchObject({ code: 'hsm/unwrap-failed' });
        }),
        { numRuns: runs },
      );
    });

    it('takes another iv for each wrap', async () => {
      const key = { ...(await all.keystore.ensureKey(acme, 'main', 'default')), organisationId: acme };
      const wraps = Array.from({ length: 500 }, () => all.keystore.wrap(key, Buffer.alloc(32, 1), aad));
      const ivs = (await Promise.all(wraps)).map((wrapped) => wrapped.subarray(0, 12).toString('hex'));
      expect(new Set(ivs).size).toBe(500);
    });

    it('answers every bad unwrap with one error', async () => {
      const { keystore } = all;
      const key = { ...(await keystore.ensureKey(acme, 'main', 'default')), organisationId: acme };
      const other = { ...(await keystore.ensureKey(acme, 'main', 'other')), organisationId: acme };
      const wrapped = await keystore.wrap(key, randomBytes(32), aad);
      const attempts = [
        ...Array.from(wrapped, (_, at) => keystore.unwrap(key, flipped(wrapped, at * 8), aad)),
        ...[0, 10, 12, 28, 59].map((length) => keystore.unwrap(key, wrapped.subarray(0, length), aad)),
        keystore.unwrap(key, Buffer.concat([wrapped, Buffer.alloc(1)]), aad),
        keystore.unwrap(key, wrapped, Buffer.alloc(0)),
        keystore.unwrap(other, wrapped, aad),
        keystore.unwrap({ ...key, organisationId: globex }, wrapped, aad),
        keystore.unwrap(newName(), wrapped, aad),
      ];
      const faults = await Promise.all(attempts.map(faultOf));
      expect(new Set(faults)).toEqual(new Set([described('hsm/unwrap-failed')]));
    });

    it('says when it is ready', async () => {
      await expect(all.keystore.requireReady()).resolves.toBeUndefined();
    });

    describeRewrapping(all);

    it('lets a key answer to its own organisation alone', async () => {
      const { keystore } = all;
      const { keyId } = await keystore.ensureKey(acme, 'main', 'default');
      const stranger = { keyId, organisationId: globex };
      const attempts = [
        keystore.wrap(stranger, randomBytes(32), aad),
        keystore.check(stranger),
        keystore.describe(stranger),
        keystore.destroy(stranger),
      ];
      const faults = await Promise.all(attempts.map(faultOf));
      expect(new Set(faults)).toEqual(new Set([described('hsm/not-found')]));
      expect(await keystore.describe({ keyId, organisationId: acme })).toMatchObject({ label: 'default' });
    });

    it('destroys a key for good', async () => {
      const made = await all.keystore.ensureKey(acme, 'channel', '2026-11-22');
      const key = { keyId: made.keyId, organisationId: acme };
      const wrapped = await all.keystore.wrap(key, randomBytes(32), aad);
      await all.keystore.destroy(key);
      const isGone = async () => {
        await expect(all.keystore.unwrap(key, wrapped, aad)).rejects.toMatchObject({ code: 'hsm/unwrap-failed' });
        for (const use of [all.keystore.wrap(key, randomBytes(32), aad), all.keystore.destroy(key)]) {
          await expect(use).rejects.toMatchObject({ code: 'hsm/not-found' });
        }
      };
      await isGone();
      await all.restart();
      await isGone();
      expect((await all.keystore.ensureKey(acme, 'channel', '2026-11-22')).check).not.toBe(made.check);
    });

    it('gives each organisation one public key, as PEM without a trailing newline (R018)', async () => {
      const ask = (organisationId: string) => all.keystore.publicKey(organisationId);
      const [first, again, other] = await Promise.all([ask(acme), ask(acme), ask(globex)]);
      expect(first).toMatch(/^-----BEGIN PUBLIC KEY-----\n[\s\S]+\n-----END PUBLIC KEY-----$/);
      expect(again).toBe(first);
      expect(other).not.toBe(first);
      expect(openssl.bitsOf(first)).toBe(3072);
      expect(createPublicKey(first).asymmetricKeyDetails).toMatchObject({ modulusLength: 3072 });
      await all.restart();
      expect(await ask(acme)).toBe(first);
    });

    it('takes an upload and uses its 32 bytes as they are (R004, R006)', async () => {
      const name = newName();
      const { key, upload } = openssl.documented(await all.keystore.publicKey(acme));
      const imported = await all.keystore.importKey(name, upload);
      expect(imported).toEqual({ keyId: name.keyId, check: openssl.check(key, acme).toString('base64') });
      const kek = randomBytes(32);
      const wrapped = await all.keystore.wrap(name, kek, aad);
      expect(openGcm(key, wrapped)).toEqual(kek);
      await all.restart();
      expect(await all.keystore.unwrap(name, wrapped, aad)).toEqual(kek);
      expect(await all.keystore.check(name)).toEqual(openssl.check(key, acme));
      expect(await all.keystore.describe(name)).toMatchObject({ purpose: 'main', label: `uploaded:${name.keyId}` });
    });

    it('answers the same upload under the same id as before, also encrypted anew and many times at once', async () => {
      const name = newName();
      const publicKey = await all.keystore.publicKey(acme);
      const { key, upload } = openssl.documented(publicKey);
      const uploads = [upload, upload, openssl.encrypted(publicKey, key)];
      const [first, ...others] = await Promise.all(uploads.map((each) => all.keystore.importKey(name, each)));
      expect(others).toEqual([first, first]);
      await all.restart();
      expect(await all.keystore.importKey(name, upload)).toEqual(first);
    });

    it('never gives an id another material, and keeps what it holds', async () => {
      const name = newName();
      const { upload } = openssl.documented(await all.keystore.publicKey(acme));
      const { check } = await all.keystore.importKey(name, upload);
      const others = openssl.documented(await all.keystore.publicKey(acme)).upload;
      const globexes = openssl.documented(await all.keystore.publicKey(globex)).upload;
      const made = await all.keystore.ensureKey(acme, 'main', 'default');
      for (const [place, bytes] of [
        [name, others],
        [{ ...name, organisationId: globex }, globexes],
        [{ keyId: made.keyId, organisationId: acme }, others],
      ] as const) {
        expect(await faultOf(all.keystore.importKey(place, bytes))).toBe(described('hsm/import-failed'));
      }
      expect((await all.keystore.check(name)).toString('base64')).toBe(check);
      expect(await all.keystore.ensureKey(acme, 'main', 'default')).toEqual(made);
    });

    it('takes a destroyed key back by the same 32 bytes', async () => {
      const name = newName();
      const { upload } = openssl.documented(await all.keystore.publicKey(acme));
      const first = await all.keystore.importKey(name, upload);
      const wrapped = await all.keystore.wrap(name, Buffer.alloc(32, 7), aad);
      await all.keystore.destroy(name);
      expect(await all.keystore.importKey(name, upload)).toEqual(first);
      expect(await all.keystore.unwrap(name, wrapped, aad)).toEqual(Buffer.alloc(32, 7));
    });

    it('answers every bad upload with one error, and changes nothing (R010, R011, R012, R019, R021)', async () => {
      const publicKey = await all.keystore.publicKey(acme);
      const { key, upload } = openssl.documented(publicKey);
      const oaep = (...more: string[]) => ['rsa_padding_mode:oaep', ...more];
      const bad: Record<string, Buffer> = {
        'SHA-1 OAEP': openssl.encrypted(publicKey, key, oaep('rsa_oaep_md:sha1')),
        'the default of OpenSSL': openssl.encrypted(publicKey, key, oaep()),
        'MGF1 with SHA-1': openssl.encrypted(publicKey, key, oaep('rsa_oaep_md:sha256', 'rsa_mgf1_md:sha1')),
        'SHA-512 OAEP': openssl.encrypted(publicKey, key, oaep('rsa_oaep_md:sha512')),
        'PKCS#1 v1.5': openssl.encrypted(publicKey, key, ['rsa_padding_mode:pkcs1']),
        'no padding': openssl.encrypted(publicKey, Buffer.concat([Buffer.alloc(352), key]), ['rsa_padding_mode:none']),
        'a label': openssl.encrypted(publicKey, key, oaep('rsa_oaep_md:sha256', 'rsa_oaep_label:636d6b')),
        '16 bytes': openssl.encrypted(publicKey, randomBytes(16)),
        '24 bytes': openssl.encrypted(publicKey, randomBytes(24)),
        '31 bytes': openssl.encrypted(publicKey, randomBytes(31)),
        '33 bytes': openssl.encrypted(publicKey, randomBytes(33)),
        '64 bytes': openssl.encrypted(publicKey, randomBytes(64)),
        'a key as text': openssl.encrypted(publicKey, Buffer.from(key.toString('hex'))),
        zeros: openssl.encrypted(publicKey, Buffer.alloc(32)),
        'the first bit flipped': flipped(upload, 0),
        'a bit flipped': flipped(upload, 1500),
        'the last bit flipped': flipped(upload, upload.length * 8 - 1),
        'a byte less': upload.subarray(0, -1),
        'a byte more': Buffer.concat([upload, Buffer.alloc(1)]),
        'a zero in front': Buffer.concat([Buffer.alloc(1), upload]),
        nothing: Buffer.alloc(0),
        'the key itself': key,
        'all ones': Buffer.alloc(384, 0xff),
        text: Buffer.from(upload.toString('base64')),
        'for another organisation': openssl.encrypted(await all.keystore.publicKey(globex), key),
      };
      const name = newName();
      for (const [what, bytes] of Object.entries(bad)) {
        expect([what, await faultOf(all.keystore.importKey(name, bytes))]).toEqual([
          what,
          described('hsm/import-failed'),
        ]);
        await expect(all.keystore.describe(name)).rejects.toMatchObject({ code: 'hsm/not-found' });
      }
      expect(await faultOf(all.keystore.importKey(newName(randomUUID()), upload))).toBe(described('hsm/import-failed'));
      // Nothing is left of the attempts: the good upload is taken under the same id.
      expect((await all.keystore.importKey(name, upload)).keyId).toBe(name.keyId);
    });

    it('answers any bytes as an upload with the one error', async () => {
      await all.keystore.publicKey(acme);
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
          const attempt = all.keystore.importKey(newName(), Buffer.from(bytes));
          expect(await faultOf(attempt)).toBe(described('hsm/import-failed'));
        }),
        { numRuns: runs },
      );
    });
  });

  describe(`the ${name} keystore with RSA-4096`, { timeout: 120_000 }, () => {
    const all = prepared(4096);

    it('takes the documents’ OpenSSL upload as it is, raw (R035, R036)', async () => {
      const publicKey = await all.keystore.publicKey(acme);
      expect(openssl.bitsOf(publicKey)).toBe(4096);
      const { key, upload } = openssl.documented(publicKey);
      expect(upload.length).toBe(512);
      const name = newName();
      const { check } = await all.keystore.importKey(name, upload);
      expect(check).toBe(openssl.check(key, acme).toString('base64'));
      const wrapped = await all.keystore.wrap(name, Buffer.alloc(32, 5), aad);
      expect(openGcm(key, wrapped)).toEqual(Buffer.alloc(32, 5));
      for (const bytes of [flipped(upload, 9), openssl.encrypted(publicKey, key, ['rsa_padding_mode:oaep'])]) {
        expect(await faultOf(all.keystore.importKey(newName(), bytes))).toBe(described('hsm/import-failed'));
      }
    });
  });
};

const flipped = (bytes: Buffer, bit: number): Buffer => {
  const changed = Buffer.from(bytes);
  const at = Math.floor(bit / 8);
  changed.writeUInt8(changed.readUInt8(at) ^ (1 << (bit % 8)), at);
  return changed;
};

/** Everything of an error that anybody could tell apart; an answer is no error. */
const faultOf = async (attempt: Promise<unknown>): Promise<string> => {
  try {
    return `answered ${JSON.stringify(await attempt)}`;
  } catch (error) {
    return JSON.stringify({ text: String(error), ...(error as object), cause: (error as Error).cause });
  }
};

const described = (code: 'hsm/unwrap-failed' | 'hsm/import-failed' | 'hsm/not-found'): string => {
  const error = new CloisterError(code);
  return JSON.stringify({ text: String(error), ...error });
};

const openGcm = (key: Buffer, wrapped: Buffer): Buffer => {
  const decipher = createDecipheriv('aes-256-gcm', key, wrapped.subarray(0, 12)).setAAD(aad);
  decipher.setAuthTag(wrapped.subarray(44));
  return Buffer.concat([decipher.update(wrapped.subarray(12, 44)), decipher.final()]);
};
