import { randomBytes, randomUUID } from 'node:crypto';
import type { TokenKind } from '@cloister/testkit';
import type { CloisterError } from '@cloister/wire';
import fc from 'fast-check';
import { afterAll, afterEach, beforeEach, expect, it, type MockInstance, vi } from 'vitest';
import type { KeyName } from '../../../protocol/main-key.ts';
import { Openssl } from '../../testing/openssl.ts';
import { newPlace, stored } from '../../testing/rewrap-tests.ts';
import { idOf } from '../key-names.ts';
import type { Pkcs11Keystore } from '../pkcs11-keystore.ts';
import { loadPkcs11js, type Pkcs11js } from '../pkcs11js.ts';
import { Attacker } from './attacker.ts';
import { describeToken } from './token-tests.ts';

const runs = Number(process.env.CLOISTER_RUNS ?? 100);

/** The keystore keeps answering when sessions, login or keys go away under it, and keys outlive it. */
export const describeSessions = (kind: TokenKind): void =>
  describeToken(kind, (given) => {
    const organisationId = randomUUID();
    const aad = randomBytes(16);
    const openssl = new Openssl();
    let keystore: Pkcs11Keystore;
    let other: Attacker;
    let name: KeyName;
    let p: Pkcs11js;
    let calls: Record<'login' | 'open' | 'close' | 'random', MockInstance>;

    beforeEach(async () => {
      p = await loadPkcs11js();
      // Before the keystore opens: the package takes its functions from there then.
      calls = {
        login: vi.spyOn(p.PKCS11.prototype, 'C_Login'),
        open: vi.spyOn(p.PKCS11.prototype, 'C_OpenSession'),
        close: vi.spyOn(p.PKCS11.prototype, 'C_CloseSession'),
        random: vi.spyOn(p.PKCS11.prototype, 'C_GenerateRandom'),
      };
      keystore = await given.open();
      other = await Attacker.enter(given.token);
      name = { keyId: (await keystore.ensureKey(organisationId, 'main', 'default')).keyId, organisationId };
    });
    afterEach(() => keystore.close());
    afterAll(() => openssl.remove());

    it('goes on after somebody logged the process out', async () => {
      const kek = randomBytes(32);
      const wrapped = await keystore.wrap(name, kek, aad);
      for (const use of [
        () => keystore.wrap(name, kek, aad),
        () => keystore.unwrap(name, wrapped, aad),
        () => keystore.check(name),
        () => keystore.describe(name),
        () => keystore.ensureKey(organisationId, 'main', 'default'),
      ]) {
        other.logOut();
        await use();
      }
      expect((await keystore.ensureKey(organisationId, 'main', 'default')).keyId).toBe(name.keyId);
    });

    it('is ready while the token answers, also after a logout, and not while it is in trouble', async () => {
      await keystore.requireReady();
      other.logOut();
      await keystore.requireReady();
      const fault = (code: number) => () => {
        // As the package's native half says it.
        throw new Error(`CKR_FAULT:${code}`);
      };
      for (const [code, isReady] of [
        [0x30, false], // CKR_DEVICE_ERROR
        [0xe0, false], // CKR_TOKEN_NOT_PRESENT
        [0x121, true], // CKR_RANDOM_NO_RNG: an answer like any other
      ] as const) {
        calls.random.mockImplementation(fault(code));
        const asked = keystore.requireReady().then(
          () => 'ready',
          ({ code: said }: CloisterError) => said,
        );
        expect(await asked).toBe(isReady ? 'ready' : 'hsm/unavailable');
      }
      calls.random.mockReset();
      await keystore.requireReady();
    });

    it('goes on in the middle of a rewrapping after somebody logged the process out, and keeps no session of a refused KEK', async () => {
      const to = { keyId: (await keystore.ensureKey(organisationId, 'main', 'new')).keyId, organisationId };
      const good = await stored(keystore, name, newPlace(organisationId), randomBytes(32));
      const bad = { ...good, commitment: randomBytes(32) };
      const keks = [good, { ...good, wrapped: randomBytes(60) }, bad, good];
      const closed = calls.close.mock.calls.length;
      expect((await keystore.rewrap(name, to, keks)).map((kek) => kek !== null)).toEqual([true, false, false, true]);
      expect(calls.close.mock.calls.length).toBe(closed + 1);
      other.logOut();
      expect((await keystore.rewrap(name, to, keks)).map((kek) => kek !== null)).toEqual([true, false, false, true]);
    });

    it('goes on after somebody closed all its sessions', async () => {
      const kek = randomBytes(32);
      const wrapped = await keystore.wrap(name, kek, aad);
      const slot = other.api.C_GetSessionInfo(other.session).slotID;
      other.api.C_CloseAllSessions(slot);
      expect(await keystore.unwrap(name, wrapped, aad)).toEqual(kek);
      other.api.C_CloseAllSessions(slot);
      expect(await keystore.check(name)).toHaveLength(16);
    });

    it('says that a key is not there when somebody else destroyed it, and makes another', async () => {
      await keystore.wrap(name, aad, aad);
      const { api, session } = other;
      const target = other.kept(p.CKO_SECRET_KEY).find((key) => other.read(key, p.CKA_ID).equals(idOf(name)));
      api.C_DestroyObject(session, target ?? Buffer.alloc(8));
      await expect(keystore.wrap(name, aad, aad)).rejects.toMatchObject({ code: 'hsm/not-found' });
      expect((await keystore.ensureKey(organisationId, 'main', 'default')).keyId).not.toBe(name.keyId);
    });

    it('keeps its keys through a restart, with what is told of them', async () => {
      const kek = randomBytes(32);
      const wrapped = await keystore.wrap(name, kek, aad);
      const [check, description, publicKey] = [
        await keystore.check(name),
        await keystore.describe(name),
        await keystore.publicKey(organisationId),
      ];
      await keystore.close();
      keystore = await given.open();
      expect(await keystore.unwrap(name, wrapped, aad)).toEqual(kek);
      expect(await keystore.check(name)).toEqual(check);
      expect(await keystore.describe(name)).toEqual(description);
      expect(await keystore.publicKey(organisationId)).toBe(publicKey);
      expect(description).toMatchObject({ purpose: 'main', label: 'default' });
    });

    it('answers whatever is not a wrapped key with one error', async () => {
      const wrapped = await keystore.wrap(name, randomBytes(32), aad);
      const changed = fc
        .record({ at: fc.nat(wrapped.length - 1), by: fc.integer({ min: 1, max: 255 }) })
        .map(({ at, by }) => {
          const bytes = Buffer.from(wrapped);
          bytes.writeUInt8(bytes.readUInt8(at) ^ by, at);
          return bytes;
        });
      const anything = fc.oneof(
        changed,
        fc.uint8Array({ maxLength: 80 }).map(Buffer.from),
        fc.constant(wrapped.subarray(1)),
      );
      await fc.assert(
        fc.asyncProperty(anything, async (bytes) => {
          await expect(keystore.unwrap(name, bytes, aad)).rejects.toMatchObject({ code: 'hsm/unwrap-failed' });
        }),
        { numRuns: runs },
      );
      await expect(keystore.unwrap(name, wrapped, randomBytes(16))).rejects.toMatchObject({
        code: 'hsm/unwrap-failed',
      });
    });

    it('answers many at once, uploads and uses mixed, each with its own, on four sessions', async () => {
      const publicKey = await keystore.publicKey(organisationId);
      calls.open.mockClear();
      const keks = Array.from({ length: 40 }, () => randomBytes(32));
      const made = Array.from({ length: 6 }, () => openssl.encrypted(publicKey, randomBytes(32)));
      const uploads = made.map((upload) => keystore.importKey({ keyId: randomUUID(), organisationId }, upload));
      const opening = keks.map(async (kek) => keystore.unwrap(name, await keystore.wrap(name, kek, kek), kek));
      expect(await Promise.all(opening)).toEqual(keks);
      expect(new Set((await Promise.all(uploads)).map(({ check }) => check)).size).toBe(6);
      // One more is open since the start.
      expect(calls.open.mock.calls.length).toBeGreaterThan(0);
      expect(calls.open.mock.calls.length).toBeLessThanOrEqual(3);
    });

    it('closes the session on which the token refused something', async () => {
      const wrapped = await keystore.wrap(name, randomBytes(32), aad);
      calls.close.mockClear();
      await keystore.unwrap(name, wrapped, aad);
      expect(calls.close).not.toHaveBeenCalled();
      await expect(keystore.unwrap(name, wrapped, randomBytes(16))).rejects.toMatchObject({
        code: 'hsm/unwrap-failed',
      });
      expect(calls.close).toHaveBeenCalledTimes(1);
    });

    it('does not open with another PIN, and asks the token once: a few wrong PINs lock it', async () => {
      await keystore.close();
      calls.login.mockClear();
      await expect(given.open({ pin: Buffer.from('another PIN') })).rejects.toMatchObject({
        code: 'hsm/keystore-locked',
      });
      expect(calls.login).toHaveBeenCalledTimes(1);
      keystore = await given.open();
      expect(await keystore.check(name)).toHaveLength(16);
    });

    it('asks the token once, too, when its PIN was changed while the keystore was open', async () => {
      const changed = 'a PIN set by somebody else';
      other.api.C_SetPIN(other.session, String(given.token.pin), changed);
      other.api.C_Logout(other.session);
      calls.login.mockClear();
      for (let attempt = 0; attempt < 5; attempt++) {
        await expect(keystore.check(name)).rejects.toMatchObject({ code: 'hsm/unavailable' });
      }
      expect(calls.login).toHaveBeenCalledTimes(1);
      other.api.C_Login(other.session, p.CKU_USER, changed);
      other.api.C_SetPIN(other.session, changed, String(given.token.pin));
    });
  });
