import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TokenKind } from '@cloister/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HsmProcess, killed } from '../../../testing/hsm-process.ts';
import { Openssl } from '../../testing/openssl.ts';
import { describeToken } from './token-tests.ts';

/** The real hsm process with a token: what it keeps, whom it answers, and when it does not start. */
export const describeProcess = (kind: TokenKind): void =>
  describeToken(kind, (given) => {
    const [acme, globex] = [randomUUID(), randomUUID()];
    const openssl = new Openssl();
    const hsms: HsmProcess[] = [];
    let hsm: HsmProcess;
    const place = (organisationId: string) =>
      ({ organisationId, kekId: randomUUID(), version: 1, level: 'content', label: '1' }) as const;

    /** A process of its own on the same token; with some settings and another PIN for those that are to fail. */
    const onToken = (changes: object = {}, pin = String(given.token.pin)): HsmProcess => {
      const { pin: _, ...keystore } = given.token;
      const made = new HsmProcess();
      made.write('pin', pin);
      made.configure({ keystore: { kind: 'pkcs11', ...keystore, ...changes } });
      hsms.push(made);
      return made;
    };

    beforeAll(async () => {
      hsm = onToken();
      await hsm.start();
    });
    afterAll(async () => {
      await Promise.all(hsms.map((each) => each.close()));
      openssl.remove();
    });

    it('uses an uploaded key after it was killed and started again, and ends in order (R006)', async () => {
      const own = onToken();
      const first = await own.start();
      const client = own.client();
      const { key, upload } = openssl.documented(await client.publicKey(acme));
      const name = { keyId: randomUUID(), organisationId: acme };
      await client.importKey(name, upload);
      const [kek, where] = [randomBytes(32), place(acme)];
      const wrapped = await client.wrap(name, where, kek);
      const publicKey = await client.publicKey(acme);
      await killed(first);
      const second = await own.start();
      const again = own.client();
      expect(await again.unwrap(name, where, wrapped)).toEqual(kek);
      expect(await again.check(name)).toEqual(openssl.check(key, acme));
      expect(await again.publicKey(acme)).toBe(publicKey);
      const ended = once(second, 'exit');
      second.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
    });

    it('is ready while its token is there', async () => {
      expect(JSON.parse(await hsm.health('/readyz'))).toEqual({ ok: true, reasons: [] });
    });

    it('has an uploaded key in no file of the token, and in nothing that it says (R004)', async () => {
      const own = onToken();
      const child = await own.start();
      const seen: Buffer[] = [];
      child.stdout?.on('data', (bytes: Buffer) => seen.push(bytes));
      const client = own.client();
      const { key, upload } = openssl.documented(await client.publicKey(acme));
      await client.importKey({ keyId: randomUUID(), organisationId: acme }, upload);
      const ended = once(child, 'close');
      child.kill('SIGTERM');
      await ended;
      const files = readdirSync(given.folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
      expect(files.length).toBeGreaterThan(2);
      seen.push(...files.map(({ parentPath, name }) => readFileSync(join(parentPath, name))));
      const text = Buffer.concat(seen).toString('latin1');
      expect(text).toContain('importKey');
      for (const form of ['latin1', 'hex', 'base64', 'base64url'] as const)
        expect(text).not.toContain(key.toString(form));
    });

    it('says that a key is in software, and in which module', async () => {
      const client = hsm.client();
      const { keyId } = await client.ensureKey(acme, 'main', 'default');
      expect(await client.describe({ keyId, organisationId: acme })).toMatchObject({
        keystore: 'pkcs11',
        protection: 'software',
        module: expect.stringContaining(kind),
        purpose: 'main',
        label: 'default',
      });
    });

    it('keeps organisations apart: no use, no look and no upload of another one', async () => {
      const client = hsm.client();
      const name = { keyId: randomUUID(), organisationId: acme };
      const { upload } = openssl.documented(await client.publicKey(acme));
      await client.importKey(name, upload);
      const stranger = { ...name, organisationId: globex };
      const wrapped = await client.wrap(name, place(acme), randomBytes(32));
      await expect(client.unwrap(stranger, place(globex), wrapped)).rejects.toMatchObject({
        code: 'hsm/unwrap-failed',
      });
      await expect(client.check(stranger)).rejects.toMatchObject({ code: 'hsm/not-found' });
      await expect(client.destroy(stranger)).rejects.toMatchObject({ code: 'hsm/not-found' });
      expect(await client.publicKey(globex)).not.toBe(await client.publicKey(acme));
      const theirs = { keyId: randomUUID(), organisationId: globex };
      await expect(client.importKey(theirs, upload)).rejects.toMatchObject({ code: 'hsm/import-failed' });
      expect(await client.check(name)).toHaveLength(16);
    });

    it('shares a token with another process: what one imported or destroyed, the other knows', async () => {
      const other = onToken();
      await other.start();
      const [here, there] = [hsm.client(), other.client()];
      const name = { keyId: randomUUID(), organisationId: acme };
      const { upload } = openssl.documented(await here.publicKey(acme));
      const imported = await here.importKey(name, upload);
      expect(await there.importKey(name, upload)).toEqual(imported);
      const [kek, where] = [randomBytes(32), place(acme)];
      expect(await there.unwrap(name, where, await here.wrap(name, where, kek))).toEqual(kek);
      await here.destroy(name);
      await expect(there.wrap(name, where, kek)).rejects.toMatchObject({ code: 'hsm/not-found' });
    });

    it('does not start with another PIN, and neither tells nor shows a PIN', async () => {
      const wrong = 'PIN-of-nobody';
      const failed = onToken({}, wrong).failing();
      expect(failed.status).toBe(1);
      expect(failed.stderr).toContain('hsm/keystore-locked');
      expect(failed.stdout + failed.stderr).not.toContain(wrong);
      const running = await onToken().start();
      for (const shown of ['cmdline', 'environ']) {
        expect(readFileSync(`/proc/${running.pid}/${shown}`, 'latin1')).not.toContain(String(given.token.pin));
      }
    });

    it('does not start without its token or its library, and says what is missing', () => {
      for (const [changes, missing] of [
        [{ tokenLabel: 'nobody' }, 'there is no token labelled "nobody"'],
        [{ module: '/nowhere.so' }, 'the library /nowhere.so does not load'],
        [{ module: process.execPath }, `the library ${process.execPath} does not load`],
      ] as const) {
        const failed = onToken(changes).failing();
        expect(failed.status).toBe(1);
        expect(failed.stderr).toContain('error: hsm/module-unusable\n');
        expect(failed.stderr).toContain(`hint: ${missing}`);
      }
    });

    it('does not start where pkcs11js cannot be loaded, and says how to build it', () => {
      const failed = onToken().failing(['--no-addons']);
      expect(failed.status).toBe(1);
      expect(failed.stderr).toContain('error: hsm/module-unusable\n');
      expect(failed.stderr).toContain('npm run pkcs11');
    });
  });
