import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Openssl } from './keystore/testing/openssl.ts';
import { encodeFrame, FRAME_LIMIT, FrameReader } from './protocol/frame.ts';
import { HsmProcess, killed } from './testing/hsm-process.ts';

const organisationId = '11111111-1111-4111-8111-111111111111';
const place = { organisationId, kekId: randomUUID(), version: 1, level: 'content', label: '1' } as const;
const openssl = new Openssl();
let hsm: HsmProcess;

beforeEach(() => {
  hsm = new HsmProcess();
});
afterEach(() => hsm.close());
afterAll(() => openssl.remove());

describe('the hsm process', { timeout: 60_000 }, () => {
  it('wraps and unwraps for a caller that holds the shared credential', async () => {
    await hsm.start();
    const client = hsm.client();
    const { keyId } = await client.ensureKey(organisationId, 'main', 'default');
    const key = { keyId, organisationId };
    const kek = randomBytes(32);
    const wrapped = await client.wrap(key, place, kek);
    expect(await client.unwrap(key, place, wrapped)).toEqual(kek);
    expect(await client.describe(key)).toMatchObject({
      keystore: 'software',
      protection: 'software',
      organisationId,
      label: 'default',
    });
    for (const elsewhere of [{ version: 2 }, { label: '2' }, { level: 'realm' as const }, { kekId: randomUUID() }]) {
      const attempt = client.unwrap(key, { ...place, ...elsewhere }, wrapped);
      await expect(attempt).rejects.toMatchObject({ code: 'hsm/unwrap-failed' });
    }
  });

  it('takes an OpenSSL upload as it is, and nothing it tells or writes has the key in it (R004, R006, R018, R035, R036)', async () => {
    const child = await hsm.start();
    const output: Buffer[] = [];
    child.stdout?.on('data', (bytes: Buffer) => output.push(bytes));
    const client = hsm.client();
    const { key, upload } = openssl.documented(await client.publicKey(organisationId));
    const name = { keyId: randomUUID(), organisationId };
    const { check } = await client.importKey(name, upload);
    expect(Buffer.from(check, 'base64')).toEqual(openssl.check(key, organisationId));
    expect(await client.check(name)).toEqual(openssl.check(key, organisationId));
    const wrapped = await client.wrap(name, place, Buffer.alloc(32, 7));
    expect(await client.unwrap(name, place, wrapped)).toEqual(Buffer.alloc(32, 7));
    await expect(client.importKey({ ...name, keyId: randomUUID() }, key)).rejects.toMatchObject({
      code: 'hsm/import-failed',
    });
    await client.destroy(name);
    await expect(client.check(name)).rejects.toMatchObject({ code: 'hsm/not-found' });
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
    const seen = Buffer.concat([...output, readFileSync(join(hsm.folder, 'keystore'))]).toString('latin1');
    expect(seen).toContain('importKey');
    for (const form of ['latin1', 'hex', 'base64', 'base64url'] as const)
      expect(seen).not.toContain(key.toString(form));
  });

  it('says that it has no way to Amazon when it has none', async () => {
    await hsm.start();
    const client = hsm.client();
    const key = { keyId: randomUUID(), organisationId, arn: 'arn:aws:kms:eu-west-1:111122223333:key/1' };
    expect(await client.principal(organisationId)).toBeNull();
    expect(await client.describe(key)).toEqual({ keystore: 'aws-kms', organisationId, protection: 'aws-kms' });
    for (const use of [
      client.probe(key),
      client.diagnose(key),
      client.wrap(key, place, randomBytes(32)),
      client.unwrap(key, place, randomBytes(60)),
    ]) {
      await expect(use).rejects.toMatchObject({ code: 'hsm/no-aws' });
    }
  });

  it('says in its metrics what protects its keys, and that it is ready', async () => {
    await hsm.start();
    expect(await hsm.health('/metrics')).toContain('cloister_hsm_keystore{kind="software",protection="software"} 1\n');
    expect(JSON.parse(await hsm.health('/readyz'))).toEqual({ ok: true, reasons: [] });
  });

  it('refuses a caller with another credential, and the caller refuses such an hsm', async () => {
    await hsm.start();
    const attempt = hsm.client('x'.repeat(44)).describe({ keyId: randomUUID(), organisationId });
    await expect(attempt).rejects.toMatchObject({ code: 'hsm/unauthenticated' });
  });

  it('reads no request before the proof, and no frame beyond the limit', async () => {
    await hsm.start();
    for (const bytes of [
      encodeFrame({ id: 1, op: 'ensureKey', organisationId, purpose: 'main', label: 'default' }),
      Buffer.from([0xff, 0xff, 0xff, 0xff]),
      encodeFrame({ challenge: randomBytes(32).toString('base64'), proof: randomBytes(32).toString('base64') }),
    ]) {
      const stranger = connect(hsm.socket);
      const reader = new FrameReader();
      const received: unknown[] = [];
      stranger.on('data', (chunk) => received.push(...reader.push(chunk)));
      stranger.on('error', () => {});
      stranger.write(bytes);
      await once(stranger, 'close');
      // The hello at most: never an answer.
      expect(received.length).toBeLessThanOrEqual(1);
    }
    expect(FRAME_LIMIT).toBe(65_536);
  });

  it('keeps its keys over SIGKILL, and its client finds it again', async () => {
    const first = await hsm.start();
    const client = hsm.client();
    const { keyId, check } = await client.ensureKey(organisationId, 'main', 'default');
    const publicKey = await client.publicKey(organisationId);
    const key = { keyId, organisationId };
    const kek = randomBytes(32);
    const wrapped = await client.wrap(key, place, kek);
    await killed(first);
    await expect(client.describe(key)).rejects.toMatchObject({ code: 'hsm/unavailable' });
    await hsm.start();
    expect((await client.ensureKey(organisationId, 'main', 'default')).check).toBe(check);
    expect(await client.unwrap(key, place, wrapped)).toEqual(kek);
    expect(await client.publicKey(organisationId)).toBe(publicKey);
  });

  it('stops on SIGTERM with exit code 0', async () => {
    const child = await hsm.start();
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await gone).toEqual([0, null]);
  });

  it('does not take the socket of a living hsm', async () => {
    await hsm.start();
    expect(hsm.failing().status).toBe(1);
    expect(await hsm.client().principal(organisationId)).toBeNull();
  });

  it('does not start with a credential that others may read, or in its configuration', () => {
    hsm.write('loose', 'a pin');
    const loose = join(hsm.folder, 'loose');
    const shared = join(hsm.folder, 'shared');
    hsm.configure({ credentials: { pin: loose, shared } });
    hsm.chmod('loose', 0o644);
    expect(hsm.failing()).toMatchObject({ status: 1, stderr: expect.stringContaining('config/insecure') });
    hsm.configure({ credentials: { pin: loose, shared }, pin: 'a pin' });
    expect(hsm.failing()).toMatchObject({ status: 1, stderr: expect.stringContaining('config/unknown-key') });
  });
});
