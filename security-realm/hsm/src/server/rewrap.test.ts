import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CloisterError } from '@cloister/wire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HsmClient } from '../client/hsm-client.ts';
import { SoftwareKeystore } from '../keystore/software/software-keystore.ts';
import { newPlace, stored } from '../keystore/testing/rewrap-tests.ts';
import { kekCommitment } from '../protocol/kek-commitment.ts';
import { kekAad } from '../protocol/kek-place.ts';
import type { KeyName } from '../protocol/main-key.ts';
import type { RewrappedKek } from '../protocol/rewrapping.ts';
import { type ServeOptions, serveHsm } from './serve.ts';

const organisationId = '11111111-1111-4111-8111-111111111111';
const secret = randomBytes(32);
let folder: string;
let keystore: SoftwareKeystore;
let from: KeyName;
let to: KeyName;
let cleanUp: (() => unknown)[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cloister-rewrap-'));
  const path = join(folder, 'keystore');
  keystore = SoftwareKeystore.open({ path, pin: randomBytes(32), now: () => new Date(0), newId: randomUUID });
  const key = async (label: string) => ({
    keyId: (await keystore.ensureKey(organisationId, 'main', label)).keyId,
    organisationId,
  });
  [from, to] = [await key('old'), await key('new')];
  cleanUp = [];
});
afterEach(async () => {
  for (const undo of cleanUp.reverse()) await undo();
  rmSync(folder, { recursive: true, force: true });
});

const serve = async (more: Partial<ServeOptions> = {}): Promise<HsmClient> => {
  const socket = join(folder, 'hsm.sock');
  const keys = { keystore, amazon: null };
  const server = await serveHsm({ socket, keys, secret, now: () => 0, record: () => {}, ...more });
  const client = new HsmClient({ socket, secret, timeoutMs: 20_000 });
  cleanUp.push(
    () => server.stop(),
    () => client.close(),
  );
  return client;
};
const keksOf = (count: number) =>
  Promise.all(Array.from({ length: count }, () => stored(keystore, from, newPlace(), randomBytes(32))));

describe('KEKs that are rewrapped', () => {
  it('come back in the order they were given, however many frames they take; a bad one is null', async () => {
    const hsm = await serve();
    const keks = await keksOf(300);
    const [first, second] = [keks[130], keks[131]];
    if (first === undefined || second === undefined) throw new Error('no KEKs');
    // Two rows that somebody exchanged.
    keks[130] = { ...first, place: second.place };
    keks[131] = { ...second, place: first.place };
    const moved = await hsm.rewrap(from, to, keks);
    expect(moved.flatMap((kek, at) => (kek === null ? [at] : []))).toEqual([130, 131]);
    for (const [at, { place, wrapped }] of keks.entries()) {
      const kek = moved[at];
      if (kek === null || kek === undefined) continue;
      const plaintext = await hsm.unwrap(to, place, kek.wrapped);
      expect(plaintext).toEqual(await hsm.unwrap(from, place, wrapped));
      expect(kek.commitment).toEqual(kekCommitment(createSecretKey(plaintext), kekAad(to.keyId, place)));
    }
    expect(await hsm.rewrap(from, to, [])).toEqual([]);
  });

  it('leave others their turn: who asks meanwhile is answered before', async () => {
    let time = 0;
    // A slow token: each stretch takes longer than it should.
    const hsm = await serve({ now: () => (time += 10) });
    await hsm.principal(organisationId);
    const real = keystore.rewrap.bind(keystore);
    let asked: Promise<string> | null = null;
    const lengths: number[] = [];
    keystore.rewrap = (...input): Promise<RewrappedKek[]> => {
      lengths.push(input[2].length);
      asked ??= hsm.principal(organisationId).then(() => 'answered');
      return real(...input);
    };
    const rewrapped = hsm.rewrap(from, to, await keksOf(128)).then(() => 'rewrapped');
    const first = await Promise.race([rewrapped, untilAsked(() => asked)]);
    expect(first).toBe('answered');
    expect(await rewrapped).toBe('rewrapped');
    expect(new Set(lengths)).toEqual(new Set([1]));
  });

  it('are done many at a time where the key store is fast', async () => {
    const hsm = await serve();
    const lengths: number[] = [];
    const real = keystore.rewrap.bind(keystore);
    keystore.rewrap = (...input) => {
      lengths.push(input[2].length);
      return real(...input);
    };
    await hsm.rewrap(from, to, await keksOf(40));
    expect(lengths).toEqual([1, 2, 4, 8, 16, 9]);
  });

  it('count as that many requests', async () => {
    const rate = { perSecond: 1, burst: 10 };
    const hsm = await serve({ rates: { requests: rate, imports: rate } });
    const keks = await keksOf(8);
    expect(await hsm.rewrap(from, to, keks)).not.toContain(null);
    const code = await hsm.rewrap(from, to, keks).catch((error: CloisterError) => error.code);
    expect(code).toBe('hsm/too-many');
  });

  it('are refused with their key: unknown, destroyed, or another organisation’s', async () => {
    const hsm = await serve();
    const keks = await keksOf(2);
    const day = await hsm.ensureKey(organisationId, 'channel', '2026-11-22');
    const gone = { keyId: day.keyId, organisationId };
    await hsm.destroy(gone);
    for (const key of [gone, { ...from, keyId: randomUUID() }, { ...from, organisationId: randomUUID() }]) {
      await expect(hsm.rewrap(key, to, keks)).rejects.toMatchObject({ code: 'hsm/not-found' });
      await expect(hsm.rewrap(from, key, keks)).rejects.toMatchObject({ code: 'hsm/not-found' });
    }
    const amazons = { ...from, arn: 'arn:aws:kms:eu-west-1:111122223333:key/1' };
    await expect(hsm.rewrap(amazons, to, keks)).rejects.toMatchObject({ code: 'hsm/no-aws' });
    await expect(hsm.rewrap(from, amazons, keks)).rejects.toMatchObject({ code: 'hsm/no-aws' });
  });

  it('leave no plaintext behind (byok.md §5)', async () => {
    const seen: Buffer[] = [];
    const hsm = await serve({
      keys: {
        keystore,
        amazon: {
          wrap: async (_key, _place, plaintext) => {
            seen.push(plaintext);
            return Buffer.alloc(184);
          },
          unwrap: async () => {
            const plaintext = Buffer.alloc(32, 9);
            seen.push(plaintext);
            return plaintext;
          },
          probe: async () => {},
          diagnose: () => Promise.reject(new Error('not asked')),
          principal: () => null,
        },
      },
    });
    const amazons = { ...from, arn: 'arn:aws:kms:eu-west-1:111122223333:key/1' };
    const [kek] = await keksOf(1);
    if (kek === undefined) throw new Error('no KEK');
    expect(await hsm.rewrap(from, amazons, [kek])).not.toContain(null);
    // Opened, and then not what its commitment says.
    expect(await hsm.rewrap(amazons, to, [kek])).toEqual([null]);
    expect(seen).toEqual([Buffer.alloc(32), Buffer.alloc(32)]);
  });
});

/** What was asked in the middle, once it was. */
const untilAsked = async (asked: () => Promise<string> | null): Promise<string> => {
  let answer = asked();
  for (; answer === null; answer = asked()) await new Promise((resolve) => setImmediate(resolve));
  return answer;
};
