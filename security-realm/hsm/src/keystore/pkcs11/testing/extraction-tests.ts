import { createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import type { TokenKind } from '@cloister/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { KeyName } from '../../../protocol/main-key.ts';
import { parseHsmRequest } from '../../../protocol/requests.ts';
import { Openssl } from '../../testing/openssl.ts';
import { idOf } from '../key-names.ts';
import type { Pkcs11Keystore } from '../pkcs11-keystore.ts';
import { Attacker } from './attacker.ts';
import { describeToken } from './token-tests.ts';

/** Attempts to get a main key out of the token, made from inside the process (byok.md §1.1). */
export const describeExtraction = (kind: TokenKind): void =>
  describeToken(kind, (given) => {
    const organisationId = randomUUID();
    const value = randomBytes(32);
    const openssl = new Openssl();
    let keystore: Pkcs11Keystore;
    let attacker: Attacker;
    let uploaded: Buffer;
    let all: Buffer[];

    beforeAll(async () => {
      keystore = await given.open();
      attacker = await Attacker.enter(given.token);
      const name: KeyName = { keyId: randomUUID(), organisationId };
      await keystore.importKey(name, openssl.encrypted(await keystore.publicKey(organisationId), value));
      await keystore.ensureKey(organisationId, 'main', 'default');
      all = attacker.kept(attacker.p.CKO_SECRET_KEY);
      uploaded = all.find((key) => attacker.read(key, attacker.p.CKA_ID).equals(idOf(name))) ?? Buffer.alloc(0);
    });
    afterAll(() => keystore?.close());
    afterAll(() => openssl.remove());

    it('refuses the value of an uploaded and of a made key (R004)', () => {
      expect(all).toHaveLength(2);
      for (const key of all) expect(() => attacker.read(key, attacker.p.CKA_VALUE)).toThrow('CKR_ATTRIBUTE_SENSITIVE');
    });

    it('keeps them sensitive, not extractable, and no key that wraps others (R004)', () => {
      const { p } = attacker;
      for (const key of all) {
        const flags = [p.CKA_SENSITIVE, p.CKA_EXTRACTABLE, p.CKA_WRAP, p.CKA_UNWRAP, p.CKA_DERIVE];
        expect(flags.map((flag) => attacker.read(key, flag)[0])).toEqual([1, 0, 0, 0, 0]);
      }
    });

    it('does not let the attributes that protect a key be changed (R004)', () => {
      const { p, api, session } = attacker;
      for (const key of all) {
        for (const change of [
          { type: p.CKA_SENSITIVE, value: false },
          { type: p.CKA_EXTRACTABLE, value: true },
        ]) {
          expect(() => api.C_SetAttributeValue(session, key, [change])).toThrow(/^CKR_/);
        }
      }
    });

    it('does not give the value of a copy that was asked for as extractable (R004)', () => {
      const { p, api, session } = attacker;
      for (const key of all) {
        expect(() => {
          const copy = api.C_CopyObject(session, key, [
            { type: p.CKA_TOKEN, value: false },
            { type: p.CKA_EXTRACTABLE, value: true },
          ]);
          attacker.read(copy, p.CKA_VALUE);
        }).toThrow(/^CKR_/);
      }
    });

    it('refuses the private half of an upload key (R006)', () => {
      const { p, api, session } = attacker;
      const keys = attacker.kept(p.CKO_PRIVATE_KEY);
      expect(keys).toHaveLength(1);
      for (const key of keys) {
        expect(() => attacker.read(key, p.CKA_PRIVATE_EXPONENT)).toThrow(/^CKR_/);
        expect(() => api.C_SetAttributeValue(session, key, [{ type: p.CKA_EXTRACTABLE, value: true }])).toThrow(
          /^CKR_/,
        );
      }
    });

    if (kind === 'SoftHSM') {
      it('refuses to carry a main key out under a key of the attacker (R004)', () => {
        const own = attacker.ownKey(randomBytes(32));
        for (const key of all) expect(() => attacker.carryOut(own, key)).toThrow('CKR_KEY_UNEXTRACTABLE');
      });
    } else {
      it('is carried out by the module for who is inside the process: NSS protects by the process boundary alone', () => {
        const secret = randomBytes(32);
        const out = attacker.carryOut(attacker.ownKey(secret), uploaded);
        const opened = createDecipheriv('id-aes256-wrap', secret, Buffer.alloc(8, 0xa6));
        expect(Buffer.concat([opened.update(out), opened.final()])).toEqual(value);
        expect(keystore.protection).toBe('software');
      });

      it('does nothing with an upload key but unwrap: no raw RSA, no decryption', () => {
        const { p, api, session } = attacker;
        const [key] = attacker.kept(p.CKO_PRIVATE_KEY);
        expect(() => {
          api.C_DecryptInit(session, { mechanism: p.CKM_RSA_X_509 }, key ?? Buffer.alloc(8));
          api.C_Decrypt(session, randomBytes(384), Buffer.alloc(384));
        }).toThrow(/^CKR_/);
      });
    }

    it('offers no request for any of this over the socket (R004)', () => {
      const key = { keyId: randomUUID(), organisationId };
      for (const op of [
        'wrapKey',
        'exportKey',
        'getAttribute',
        'createObject',
        'copyObject',
        'unwrapKey',
        'decrypt',
        'sign',
      ]) {
        expect(() => parseHsmRequest({ id: 1, op, key })).toThrow('cannot read');
      }
    });
  });
