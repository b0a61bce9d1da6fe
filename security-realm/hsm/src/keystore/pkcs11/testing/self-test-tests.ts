import type { TokenKind } from '@cloister/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Module } from '../module.ts';
import { type Profile, selfTest } from '../self-test.ts';
import { Sessions } from '../sessions.ts';
import type { TokenSession } from '../token-session.ts';
import { makeUploadKey } from '../upload-key.ts';
import { Attacker } from './attacker.ts';
import { describeToken } from './token-tests.ts';

const ways: Record<TokenKind, Profile['importer']['way']> = { SoftHSM: 'raw', NSS: 'unwrap' };

/** What the self-test finds out about a token, and about the same token when it does one thing wrongly. */
export const describeSelfTest = (kind: TokenKind): void =>
  describeToken(kind, (given) => {
    let module: Module;
    let sessions: Sessions;

    /** The token, but with some of its functions in place of its own. */
    const withLies = (lie: (session: TokenSession) => Partial<TokenSession>): Pick<Sessions, 'use'> => ({
      use: (work) =>
        sessions.use((session) => {
          const lies = new Map(Object.entries(lie(session)));
          const get = (target: TokenSession, name: keyof TokenSession) => {
            const member = lies.get(name) ?? target[name];
            return typeof member === 'function' ? member.bind(target) : member;
          };
          return work(new Proxy(session, { get: (target, name) => get(target, name as keyof TokenSession) }));
        }),
    });

    beforeAll(async () => {
      module = await Module.open(given.token);
      sessions = new Sessions(module, given.token.pin, () => {});
    });
    afterAll(async () => {
      await sessions?.close();
      module?.close();
    });

    it('finds how keys come in, whatever the token says of itself, and leaves nothing behind', async () => {
      const { importer } = await selfTest(sessions);
      expect(importer.way).toBe(ways[kind]);
      const attacker = await Attacker.enter(given.token);
      const { CKO_SECRET_KEY, CKO_PRIVATE_KEY, CKO_PUBLIC_KEY } = attacker.p;
      for (const each of [CKO_SECRET_KEY, CKO_PRIVATE_KEY, CKO_PUBLIC_KEY]) expect(attacker.kept(each)).toEqual([]);
    });

    if (kind === 'SoftHSM') {
      it('can bind an upload key to RSA-OAEP: it does nothing else then', async () => {
        await sessions.use(async (session) => {
          const options = { way: 'unwrap', bits: 2048, oaepAlone: true, kept: null } as const;
          const key = await makeUploadKey(session, options);
          const { p, api, session: own } = await Attacker.enter(given.token);
          for (const mechanism of [p.CKM_RSA_X_509, p.CKM_RSA_PKCS]) {
            expect(() => api.C_DecryptInit(own, { mechanism }, key ?? Buffer.alloc(8))).toThrow(/^CKR_KEY_/);
          }
          expect(session.attributes(key ?? Buffer.alloc(8), [p.CKA_ALLOWED_MECHANISMS])[0]?.readUInt8()).toBe(
            p.CKM_RSA_PKCS_OAEP,
          );
        });
      });
    }

    it.each<[string, (session: TokenSession) => Partial<TokenSession>]>([
      ['AES-GCM with associated data', () => ({ encrypt: (_, __, plaintext) => Buffer.alloc(plaintext.length + 16) })],
      [
        'AES-GCM with associated data',
        (session) => ({
          // As a token that does not compare tags.
          decrypt: (...args) => {
            try {
              return session.decrypt(...args);
            } catch {
              return Buffer.alloc(32);
            }
          },
        }),
      ],
      [
        'AES-GCM with associated data',
        (session) => ({
          // As a token that does not look at the associated data.
          encrypt: (mechanism, key, plaintext, space) =>
            session.encrypt({ ...mechanism, parameter: withoutAad(mechanism.parameter) }, key, plaintext, space),
        }),
      ],
      ['AES-CMAC', () => ({ sign: () => Buffer.alloc(16) })],
      ['AES-CMAC', (session) => ({ sign: (_, key) => session.sign({ mechanism: 0 }, key, Buffer.alloc(0), 16) })],
      [
        'generating keys that stay in the token',
        (session) => ({
          generateKey: (mechanism, template) =>
            session.generateKey(
              mechanism,
              template.map((each) =>
                each.type === session.constants.CKA_EXTRACTABLE ? { ...each, value: true } : each,
              ),
            ),
        }),
      ],
      [
        'importing a key',
        (session) => ({
          unwrap: (mechanism, key, wrapped, template) => session.unwrap(mechanism, key, wrapped.subarray(1), template),
          create: (template) =>
            session.create(
              template.map((each) =>
                each.type === session.constants.CKA_SENSITIVE ? { ...each, value: false } : each,
              ),
            ),
        }),
      ],
    ])('refuses a token that is wrong about %s, and says so', async (missing, lie) => {
      const fault: unknown = await selfTest(withLies(lie)).catch((error: unknown) => error);
      expect(fault).toMatchObject({ code: 'hsm/module-unusable' });
      expect(String(fault)).toContain(`missing: ${missing}`);
      expect((await selfTest(sessions)).importer.way).toBe(ways[kind]);
    });
  });

const withoutAad = (parameter: unknown) => ({ ...(parameter as { type: number }), aad: Buffer.alloc(0) });
