import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloisterError } from '@cloister/wire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HsmClient } from '../client/hsm-client.ts';
import type { AmazonKeys } from '../keystore/amazon-keys.ts';
import type { Keystore } from '../keystore/keystore.ts';
import { SoftwareKeystore } from '../keystore/software/software-keystore.ts';
import { denialReasonOf, keyDenied } from '../protocol/denial.ts';
import { FrameReader } from '../protocol/frame.ts';
import type { KekPlace } from '../protocol/kek-place.ts';
import { type ServeOptions, serveHsm } from './serve.ts';

const organisationId = '11111111-1111-4111-8111-111111111111';
const place: KekPlace = { organisationId, kekId: randomUUID(), version: 1, level: 'content', label: '1' };
const amazons = { keyId: randomUUID(), organisationId, arn: 'arn:aws:kms:eu-west-1:111122223333:key/1' };
const secret = randomBytes(32);
let folder: string;
let socket: string;
let keystore: Keystore;
let cleanUp: (() => unknown)[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloister-serve-'));
  socket = join(folder, 'hsm.sock');
  const pin = randomBytes(32);
  const path = join(folder, 'keystore');
  keystore = SoftwareKeystore.open({ path, pin, uploadKeyBits: 3072, now: () => new Date(0), newId: randomUUID });
  cleanUp = [];
});
afterEach(async () => {
  for (const undo of cleanUp.reverse()) await undo();
  rmSync(folder, { recursive: true, force: true });
});

const serve = async (
  changed: Partial<Keystore>,
  { amazon = null, ...more }: Partial<ServeOptions> & { amazon?: AmazonKeys | null } = {},
) => {
  const keys = { keystore: Object.assign(keystore, changed), amazon };
  const server = await serveHsm({ socket, keys, secret, now: () => 0, record: () => {}, ...more });
  cleanUp.push(() => server.stop());
};
const client = (timeoutMs = 20_000) => {
  const made = new HsmClient({ socket, secret, timeoutMs });
  cleanUp.push(() => made.close());
  return made;
};
const plenty = { requests: { perSecond: 1e6, burst: 1e6 }, imports: { perSecond: 1e6, burst: 1e6 } };
const newKey = async () => ({ ...(await keystore.ensureKey(organisationId, 'main', 'default')), organisationId });

describe('requests', () => {
  it('are answered in any order: who waits for one does not wait for another', async () => {
    let finish = () => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    await serve({ publicKey: () => finished.then(() => 'the key') });
    const hsm = client();
    const slow = hsm.publicKey(organisationId);
    const quick = await Promise.all(Array.from({ length: 50 }, () => hsm.ensureKey(organisationId, 'main', 'default')));
    expect(new Set(quick.map(({ keyId }) => keyId)).size).toBe(1);
    finish();
    expect(await slow).toBe('the key');
  });

  it('may be many more at once than are worked on, and each has its own answer', async () => {
    await serve({}, { rates: { ...plenty, requests: { perSecond: 1, burst: 10_000 } } });
    const key = await newKey();
    const hsm = client();
    const keks = Array.from({ length: 3_000 }, () => randomBytes(32));
    const wrapped = await Promise.all(keks.map((kek) => hsm.wrap(key, place, kek)));
    expect(await Promise.all(wrapped.map((each) => hsm.unwrap(key, place, each)))).toEqual(keks);
  });

  it('beyond the rate are refused, over all connections, until time has passed', async () => {
    let now = 0;
    await serve({}, { now: () => now, rates: { ...plenty, requests: { perSecond: 10, burst: 3 } } });
    const [one, other] = [client(), client()];
    const ask = (hsm: HsmClient) => hsm.principal(organisationId).catch(({ code }: CloisterError) => code);
    expect([await ask(one), await ask(other), await ask(one)]).toEqual([null, null, null]);
    expect([await ask(one), await ask(other)]).toEqual(['hsm/too-many', 'hsm/too-many']);
    now = 100;
    expect([await ask(other), await ask(one)]).toEqual([null, 'hsm/too-many']);
  });

  it('to import are few, whoever asks (threats row 7)', async () => {
    await serve({}, { rates: { ...plenty, imports: { perSecond: 1, burst: 2 } } });
    const ask = (hsm: HsmClient) =>
      hsm.importKey({ keyId: randomUUID(), organisationId }, randomBytes(384)).catch(({ code }: CloisterError) => code);
    const [one, other] = [client(), client()];
    expect([await ask(one), await ask(other)]).toEqual(['hsm/import-failed', 'hsm/import-failed']);
    expect([await ask(one), await ask(other)]).toEqual(['hsm/too-many', 'hsm/too-many']);
    expect(await one.principal(organisationId)).toBeNull();
  });

  it('that cannot be read are refused alone', async () => {
    await serve({});
    const hsm = client();
    const unreadable = hsm.describe({ keyId: 'no id', organisationId });
    await expect(unreadable).rejects.toMatchObject({ code: 'hsm/invalid-request' });
    await expect(hsm.wrap(await newKey(), place, randomBytes(16))).rejects.toMatchObject({
      code: 'hsm/invalid-request',
    });
    const deep = { ...place, label: 'with\u0000zero' };
    await expect(hsm.wrap(await newKey(), deep, randomBytes(32))).rejects.toMatchObject({
      code: 'hsm/invalid-request',
    });
    expect(await hsm.principal(organisationId)).toBeNull();
  });

  it('without an answer in time fail alone, and their late answers disturb nothing', async () => {
    const late: (() => void)[] = [];
    const hanging = () => new Promise<Buffer>((resolve) => late.push(() => resolve(Buffer.alloc(16))));
    await serve({ check: hanging });
    const hsm = client(50);
    const key = await newKey();
    const attempts = await Promise.allSettled([hsm.check(key), hsm.check(key)]);
    const reasons = attempts.map((attempt) => (attempt.status === 'rejected' ? attempt.reason.code : 'answered'));
    expect(reasons).toEqual(['hsm/unavailable', 'hsm/unavailable']);
    for (const answer of late) answer();
    const patient = client();
    expect(await patient.describe(key)).toMatchObject({ label: 'default' });
  });

  it('that fail inside tell nothing of it', async () => {
    const recorded: unknown[] = [];
    const failing = async () => {
      throw new Error(`the PIN is ${secret.toString('hex')}`);
    };
    const foreign = async () => {
      throw new CloisterError('config/unreadable', { detail: '/etc/hsm/pin' });
    };
    await serve({ check: failing, destroy: foreign }, { record: (event) => recorded.push(event) });
    const hsm = client();
    const key = { ...(await keystore.ensureKey(organisationId, 'channel', '2026-11-22')), organisationId };
    for (const use of [hsm.check(key), hsm.destroy(key)]) {
      const error = (await use.catch((caught: unknown) => caught)) as CloisterError;
      expect({ code: error.code, detail: error.detail, cause: error.cause }).toEqual({ code: 'hsm/internal' });
    }
    expect(recorded).toEqual([
      { op: 'check', code: 'hsm/internal' },
      { op: 'destroy', code: 'hsm/internal' },
    ]);
  });

  it('destroy channel keys and uploads, and never the default main key: no row of a database decides that', async () => {
    await serve({});
    const hsm = client();
    const main = { keyId: (await newKey()).keyId, organisationId };
    await expect(hsm.destroy(main)).rejects.toMatchObject({ code: 'hsm/invalid-request' });
    expect(await hsm.describe(main)).toMatchObject({ label: 'default' });
    const day = { keyId: (await hsm.ensureKey(organisationId, 'channel', '2026-11-22')).keyId, organisationId };
    await hsm.destroy(day);
    await expect(hsm.describe(day)).rejects.toMatchObject({ code: 'hsm/not-found' });
  });

  it('leave no plaintext in memory when they are answered or fail (byok.md §5)', async () => {
    const seen: Buffer[] = [];
    const kept = (plaintext: Buffer) => {
      seen.push(plaintext);
      return plaintext;
    };
    await serve({
      wrap: async (_name, plaintext, aad) => {
        if (kept(plaintext)[0] === 1) throw new CloisterError('hsm/not-found');
        return aad;
      },
      unwrap: async () => kept(Buffer.alloc(32, 9)),
    });
    const hsm = client();
    const key = await newKey();
    await hsm.wrap(key, place, Buffer.alloc(32, 2));
    await expect(hsm.wrap(key, place, Buffer.alloc(32, 1))).rejects.toMatchObject({ code: 'hsm/not-found' });
    expect(await hsm.unwrap(key, place, Buffer.alloc(60))).toEqual(Buffer.alloc(32, 9));
    expect(seen).toEqual([Buffer.alloc(32), Buffer.alloc(32), Buffer.alloc(32)]);
  });
});

describe('a key with an ARN', () => {
  it('is Amazon’s alone, with its place, and says why it is denied', async () => {
    const asked: unknown[] = [];
    const amazon: AmazonKeys = {
      wrap: async (key, at, plaintext) => {
        asked.push([key, at, Buffer.from(plaintext)]);
        return Buffer.alloc(6144, 1);
      },
      unwrap: async () => {
        throw keyDenied('pending-deletion');
      },
      probe: async (key, how) => {
        asked.push([key, how]);
      },
      diagnose: async ({ arn }) => ({
        arn,
        principalArn: null,
        keyState: 'Disabled',
        keySpec: null,
        keyUsage: null,
        missing: ['Encrypt'],
        fault: 'hsm/key-denied',
        reason: 'disabled',
      }),
      principal: (id) => `principal of ${id}`,
    };
    await serve({}, { amazon });
    const hsm = client();
    const kek = randomBytes(32);
    expect(await hsm.wrap(amazons, place, kek)).toEqual(Buffer.alloc(6144, 1));
    await hsm.probe(amazons, { light: true });
    await hsm.probe(amazons);
    expect(asked).toEqual([
      [amazons, place, kek],
      [amazons, { light: true }],
      [amazons, { light: false }],
    ]);
    const denied = await hsm.unwrap(amazons, place, Buffer.alloc(6144)).catch((error: unknown) => error);
    expect(denialReasonOf(denied)).toBe('pending-deletion');
    expect(denialReasonOf(new CloisterError('hsm/key-unavailable'))).toBeNull();
    expect(await hsm.diagnose(amazons)).toMatchObject({ arn: amazons.arn, missing: ['Encrypt'], reason: 'disabled' });
    expect(await hsm.principal(organisationId)).toBe(`principal of ${organisationId}`);
    // The local keystore knows nothing of it.
    await expect(hsm.check(amazons)).rejects.toMatchObject({ code: 'hsm/not-found' });
  });
});

describe('connections', () => {
  it('beyond those that are served at once are ended unheard', async () => {
    await serve({});
    const strangers = Array.from({ length: 33 }, () => connect(socket));
    cleanUp.push(() => strangers.map((stranger) => stranger.destroy()));
    const hellos = await Promise.all(strangers.map(greetingOf));
    expect(hellos.filter((hello) => hello === null).length).toBe(1);
    expect(hellos).toContainEqual({ challenge: expect.any(String), keystore: 'software' });
  });

  it('are its owner’s alone, or also its group’s', async () => {
    await serve({});
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    socket = join(folder, 'shared.sock');
    await serve({}, { group: true, socket });
    expect(statSync(socket).mode & 0o777).toBe(0o660);
  });

  it('need a credential of 32 bytes', async () => {
    await expect(serve({}, { secret: randomBytes(31) })).rejects.toMatchObject({ code: 'config/invalid' });
  });
});

const greetingOf = (stranger: Socket): Promise<unknown> =>
  new Promise((resolve) => {
    const reader = new FrameReader();
    stranger.on('data', (bytes) => resolve(reader.push(bytes)[0]));
    stranger.on('error', () => {});
    stranger.on('close', () => resolve(null));
  });
