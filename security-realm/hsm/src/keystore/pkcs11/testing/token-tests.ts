import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FreshToken, freshToken, hasToken, type TokenKind } from '@cloister/testkit';
import { afterAll, beforeAll, describe } from 'vitest';
import { describeKeystore } from '../../testing/keystore-suite.ts';
import { Pkcs11Keystore, type Pkcs11KeystoreOptions } from '../pkcs11-keystore.ts';
import { loadPkcs11js } from '../pkcs11js.ts';

export type TokenInTest = {
  readonly token: FreshToken;
  /** Where it keeps its files. */
  readonly folder: string;
  /** The keystore on it; a library is the process's own, so there is one open at a time. */
  open(options?: Partial<Pkcs11KeystoreOptions>): Promise<Pkcs11Keystore>;
};

const built = await loadPkcs11js().then(
  () => true,
  () => false,
);

/** Whether tests with this token can run; where `CI` is set they must. `npm test` brings the packages and compiles the addon. */
const ready = (kind: TokenKind): boolean => {
  const there = built && hasToken(kind);
  if (!there && process.env.CI === 'true') throw new Error(`${kind} or pkcs11js is missing: npm test brings both`);
  return there;
};

const openOn = (token: FreshToken, options: Partial<Pkcs11KeystoreOptions> = {}): Promise<Pkcs11Keystore> =>
  Pkcs11Keystore.open({
    ...token,
    uploadKeyBits: 3072,
    now: () => new Date(),
    newId: randomUUID,
    randomBytes,
    ...options,
  });

/** Tests on a token that is made for them. */
export const describeToken = (kind: TokenKind, tests: (given: TokenInTest) => void): void => {
  describe.skipIf(!ready(kind))(`on ${kind}`, () => {
    let folder: string;
    let token: FreshToken;
    beforeAll(() => {
      folder = newFolder();
      token = freshToken(kind, folder);
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));
    tests({
      get token() {
        return token;
      },
      get folder() {
        return folder;
      },
      open: (options) => openOn(token, options),
    });
  });
};

/** The sentences that every keystore keeps, on tokens of this kind. */
export const describeConformance = (kind: TokenKind): void => {
  describe.skipIf(!ready(kind))('as every keystore', () => {
    describeKeystore(kind, async (uploadKeyBits) => {
      const folder = newFolder();
      const token = freshToken(kind, folder);
      return {
        open: () => openOn(token, { uploadKeyBits }),
        remove: async () => rmSync(folder, { recursive: true, force: true }),
      };
    });
  });
};

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'cloister-token-'));
