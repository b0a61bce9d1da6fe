import { createCipheriv, randomBytes, randomUUID } from 'node:crypto';
import type { TokenKind } from '@cloister/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { KeyName } from '../../../protocol/main-key.ts';
import { Openssl } from '../../testing/openssl.ts';
import { idOf, textOf } from '../key-names.ts';
import type { Pkcs11Keystore } from '../pkcs11-keystore.ts';
import { Attacker } from './attacker.ts';
import { describeToken } from './token-tests.ts';

/** What uploads leave on the token, and what the token makes of a key. */
export const describeImport = (kind: TokenKind): void =>
  describeToken(kind, (given) => {
    const organisationId = randomUUID();
    const iv = randomBytes(12);
    const openssl = new Openssl();
    const newName = (): KeyName => ({ keyId: randomUUID(), organisationId });
    let keystore: Pkcs11Keystore;
    let attacker: Attacker;
    let publicKey: string;
    const kept = (): number => attacker.kept(attacker.p.CKO_SECRET_KEY).length;

    beforeAll(async () => {
      keystore = await given.open({ randomBytes: () => iv });
      attacker = await Attacker.enter(given.token);
      publicKey = await keystore.publicKey(organisationId);
    });
    afterAll(() => keystore?.close());
    afterAll(() => openssl.remove());

    it('wraps to the same bytes as OpenSSL under the same key, iv and associated data', async () => {
      const [value, kek, aad] = [randomBytes(32), randomBytes(32), randomBytes(80)];
      const name = newName();
      await keystore.importKey(name, openssl.encrypted(publicKey, value));
      const cipher = createCipheriv('aes-256-gcm', value, iv).setAAD(aad);
      const expected = Buffer.concat([iv, cipher.update(kek), cipher.final(), cipher.getAuthTag()]);
      expect(await keystore.wrap(name, kek, aad)).toEqual(expected);
      expect(await keystore.unwrap(name, expected, aad)).toEqual(kek);
    });

    it('keeps nothing of an upload that it refuses, not even one of 16 bytes, which NSS takes (R010)', async () => {
      const before = kept();
      for (const length of [0, 16, 24, 31, 33, 48, 64]) {
        const upload = openssl.encrypted(publicKey, randomBytes(length));
        await expect(keystore.importKey(newName(), upload)).rejects.toMatchObject({ code: 'hsm/import-failed' });
      }
      expect(kept()).toBe(before);
    });

    it('puts nothing in the place of a key, which NSS would do for an id that it has already', async () => {
      const [value, aad] = [randomBytes(32), randomBytes(16)];
      const name = newName();
      await keystore.importKey(name, openssl.encrypted(publicKey, value));
      const wrapped = await keystore.wrap(name, value, aad);
      for (const length of [16, 32]) {
        const upload = openssl.encrypted(publicKey, randomBytes(length));
        await expect(keystore.importKey(name, upload)).rejects.toMatchObject({ code: 'hsm/import-failed' });
      }
      expect(await keystore.unwrap(name, wrapped, aad)).toEqual(value);
    });

    it('keeps one object when the same upload comes many times at once', async () => {
      const upload = openssl.encrypted(publicKey, randomBytes(32));
      const name = newName();
      const before = kept();
      await Promise.all(Array.from({ length: 6 }, () => keystore.importKey(name, upload)));
      expect(kept()).toBe(before + 1);
      await keystore.destroy(name);
      expect(kept()).toBe(before);
    });

    it('destroys a key for good where two processes have left it on the token twice (R044, R052)', async () => {
      const name = newName();
      const value = randomBytes(32);
      const before = kept();
      await keystore.importKey(name, openssl.encrypted(publicKey, value));
      await keystore.check(name);
      const text = textOf({ purpose: 'main', label: `uploaded:${name.keyId}`, createdAt: new Date(0).toISOString() });
      attacker.keptKey(value, [
        { type: attacker.p.CKA_ID, value: idOf(name) },
        { type: attacker.p.CKA_LABEL, value: text },
      ]);
      await keystore.destroy(name);
      expect(kept()).toBe(before);
      await expect(keystore.check(name)).rejects.toMatchObject({ code: 'hsm/not-found' });
    });

    it('leaves keys of others on the token alone, and is not confused by them', async () => {
      const foreign = attacker.keptKey(randomBytes(32), []);
      const before = kept();
      const { keyId } = await keystore.ensureKey(organisationId, 'main', 'default');
      await keystore.importKey(newName(), openssl.encrypted(publicKey, randomBytes(32)));
      await keystore.destroy({ keyId, organisationId });
      expect(kept()).toBe(before + 1);
      expect(attacker.read(foreign, attacker.p.CKA_VALUE_LEN)[0]).toBe(32);
    });

    it('does not use a key that the token would give away, whoever put it there (R004)', async () => {
      const name = newName();
      const text = textOf({ purpose: 'main', label: 'planted', createdAt: new Date(0).toISOString() });
      attacker.keptKey(randomBytes(32), [
        { type: attacker.p.CKA_ID, value: idOf(name) },
        { type: attacker.p.CKA_LABEL, value: text },
      ]);
      for (const use of [
        () => keystore.wrap(name, randomBytes(32), iv),
        () => keystore.unwrap(name, randomBytes(60), iv),
        () => keystore.check(name),
      ]) {
        await expect(use()).rejects.toMatchObject({ code: 'hsm/internal' });
      }
    });
  });
