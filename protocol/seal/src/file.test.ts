import { createDecipheriv } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Scr } from './scr.ts';
import type { SecretKey } from './secret-key.ts';
import { sealOver, setNames } from './testing/primitive-sets.ts';
import { codeOf } from './testing/vectors.ts';

const RUNS = Number(process.env.CLOISTER_RUNS ?? 100);
const NOW = new Date('2026-11-21T20:04:36.548Z');
const LOC = 'http://localhost:8443/files/v1/downloads/1';

describe.each(setNames)('files over %s primitives', (name) => {
  let seal: Awaited<ReturnType<typeof sealOver>>;
  let room: SecretKey;
  beforeAll(async () => {
    seal = await sealOver(name);
    room = seal.SecretKey.generate('room');
  });
  const sealJson = (value: unknown) => seal.sealText(room, typeof value === 'string' ? value : JSON.stringify(value));

  it('writes the published reference, and a ciphertext as long as the file (R285)', async () => {
    const bytes = new TextEncoder().encode('a file');
    const { ciphertext, scr } = await seal.sealFile(bytes, { now: NOW });
    expect(ciphertext).toHaveLength(bytes.length);
    const json = JSON.parse(await seal.openText(room, await seal.sealScr(room, { ...scr, loc: LOC })));
    expect(Object.keys(json)).toEqual(['enc', 'key', 'iv', 'aad', 'loc', 'tag']);
    expect(json).toMatchObject({ enc: 'A256GCM', aad: '2026-11-21T20:04:36.548Z', loc: LOC });
    const [key, iv, tag] = [json.key, json.iv, json.tag].map((value: string) => Buffer.from(value, 'base64url'));
    expect([key?.length, iv?.length, tag?.length]).toEqual([32, 12, 16]);
    // Another implementation opens it from the reference alone.
    const decipher = createDecipheriv('aes-256-gcm', key ?? '', iv ?? '').setAuthTag(tag ?? Buffer.alloc(0));
    decipher.setAAD(Buffer.from(json.aad, 'utf8'));
    expect(Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString()).toBe('a file');
  });

  it('opens any file it sealed, through the sealed reference', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), async (bytes) => {
        const { ciphertext, scr } = await seal.sealFile(bytes, { now: NOW });
        const reference = await seal.openScr(room, await seal.sealScr(room, { ...scr, loc: LOC }));
        expect(reference.loc).toBe(LOC);
        expect(await seal.openFile(ciphertext, reference)).toEqual(bytes);
      }),
      { numRuns: RUNS },
    );
  });

  it('uses a fresh key and nonce for every file', async () => {
    const [one, two] = [
      await seal.sealFile(new Uint8Array(9), { now: NOW }),
      await seal.sealFile(new Uint8Array(9), { now: NOW }),
    ];
    expect(one.scr.key.reveal()).not.toEqual(two.scr.key.reveal());
    expect(one.scr.iv).not.toBe(two.scr.iv);
  });

  it('refuses a changed file, tag, nonce, time or key, all with one error', async () => {
    const { ciphertext, scr } = await seal.sealFile(new Uint8Array(64), { now: NOW });
    const changed = Uint8Array.from(ciphertext);
    changed[0] = (changed[0] ?? 0) ^ 1;
    const attempts: [Uint8Array, Scr][] = [
      [changed, scr],
      [ciphertext.subarray(1), scr],
      [ciphertext, { ...scr, tag: 'A'.repeat(22) }],
      [ciphertext, { ...scr, iv: 'A'.repeat(16) }],
      [ciphertext, { ...scr, aad: '2026-11-21T20:04:36.549Z' }],
      [ciphertext, { ...scr, key: seal.SecretKey.generate('scr') }],
    ];
    for (const [file, reference] of attempts) {
      expect(await codeOf(seal.openFile(file, reference))).toBe('seal/open-failed');
    }
  });

  it('does not seal a reference without an address, and never shows the file key', async () => {
    const { scr } = await seal.sealFile(new Uint8Array(1), { now: NOW });
    expect(await codeOf(seal.sealScr(room, scr))).toBe('seal/malformed');
    expect(JSON.stringify(scr)).not.toContain(scr.key.revealJwk().k);
  });

  it('refuses a reference of another shape, typed, whatever a member of the room sealed', async () => {
    const good = { enc: 'A256GCM', key: 'A'.repeat(43), iv: 'A'.repeat(16), aad: 'x', loc: LOC, tag: 'A'.repeat(22) };
    expect(await codeOf(seal.openScr(room, await sealJson(good)))).toBe('no error');
    for (const member of ['key', 'iv', 'aad', 'loc', 'tag']) {
      expect(await codeOf(seal.openScr(room, await sealJson({ ...good, [member]: 'A' })))).toBe(
        member === 'aad' || member === 'loc' ? 'no error' : 'seal/malformed',
      );
      expect(await codeOf(seal.openScr(room, await sealJson({ ...good, [member]: undefined })))).toBe('seal/malformed');
    }
    expect(await codeOf(seal.openScr(room, await sealJson({ ...good, enc: 'A128GCM' })))).toBe(
      'seal/unsupported-algorithm',
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), fc.string()), async (json) => {
        expect(await codeOf(seal.openScr(room, await sealJson(json)))).toMatch(/^seal\//);
      }),
      { numRuns: RUNS },
    );
  });
});
