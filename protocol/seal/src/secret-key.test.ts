import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { sealText } from './content.ts';
import { PrivateKey } from './private-key.ts';
import { newContentKey, SecretKey } from './secret-key.ts';
import { codeOf } from './testing/vectors.ts';

const BYTES = Uint8Array.from({ length: 32 }, (_, i) => i + 101);
const KID = 'kms://kms.realm.example/keys/b0ff637e-e78c-4944-97d3-3692ac26f00b';

describe('SecretKey', () => {
  it('shows its name and never its bytes, however it is printed, copied or serialised (R280)', () => {
    const key = SecretKey.fromBytes(KID, BYTES);
    const shown = [
      String(key),
      `${key}`,
      inspect(key, { showHidden: true, depth: 9 }),
      inspect({ nested: [key], map: new Map([[key, key]]) }, { depth: 9 }),
      JSON.stringify({ key }),
      JSON.stringify(Object.entries(key)),
      JSON.stringify(structuredClone(key)),
      JSON.stringify({ ...key }),
    ].join('\n');
    expect(inspect(key)).toBe(`SecretKey(${KID})`);
    expect(shown).not.toContain(Buffer.from(BYTES).toString('base64url'));
    expect(shown).not.toContain(Buffer.from(BYTES).toString('hex'));
    expect(shown).not.toMatch(/101,\s*102|65 66 67/);
  });

  it('keeps its own copy and gives copies', () => {
    const mine = Uint8Array.from(BYTES);
    const key = SecretKey.fromBytes(KID, mine);
    mine.fill(0);
    key.reveal().fill(0);
    expect(key.reveal()).toEqual(BYTES);
    expect(key.revealJwk()).toEqual({ kid: KID, kty: 'oct', k: Buffer.from(BYTES).toString('base64url') });
  });

  it('is of no use once destroyed', async () => {
    const key = SecretKey.fromBytes(KID, BYTES);
    await sealText(key, 'before');
    key.destroy();
    key.destroy();
    expect(await codeOf(sealText(key, 'after'))).toBe('seal/invalid-key');
    expect(() => key.reveal()).toThrowError(expect.objectContaining({ code: 'seal/invalid-key' }));
    expect(() => key.revealJwk()).toThrowError(expect.objectContaining({ code: 'seal/invalid-key' }));
  });

  it.each([0, 16, 24, 31, 33, 64])('refuses %i bytes (R289)', (length) => {
    expect(() => SecretKey.fromBytes(KID, new Uint8Array(length))).toThrowError(
      expect.objectContaining({ code: 'seal/invalid-key' }),
    );
  });

  it.each([
    ['another kind', { kty: 'RSA', k: 'A'.repeat(43) }],
    ['a short key', { kty: 'oct', k: 'A'.repeat(22) }],
    ['padding', { kty: 'oct', k: `${'A'.repeat(43)}=` }],
    ['loose trailing bits', { kty: 'oct', k: `${'A'.repeat(42)}B` }],
    ['no key', { kty: 'oct' } as { kty: string; k: string }],
    ['a number', { kty: 'oct', k: 7 } as unknown as { kty: string; k: string }],
  ])('refuses a JWK with %s', (_, jwk) => {
    expect(() => SecretKey.fromJwk(jwk, KID)).toThrowError(expect.objectContaining({ code: 'seal/invalid-key' }));
  });

  it('makes a fresh key each time (R310)', () => {
    const [one, two] = [newContentKey(KID), newContentKey(KID)];
    expect(one.kid).toBe(KID);
    expect(one.reveal()).not.toEqual(two.reveal());
  });
});

describe('PrivateKey', () => {
  it('shows its name and its public half only', async () => {
    const key = await PrivateKey.generateEphemeral('ephemeral');
    expect(inspect({ key }, { showHidden: true, depth: 9 })).toBe('{ key: PrivateKey(ephemeral) }');
    expect(JSON.stringify(key)).not.toContain('"d"');
  });

  it('says nothing of a bad key', async () => {
    const secret = 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I';
    const { publicJwk } = await PrivateKey.generateEphemeral('ephemeral');
    const error = await PrivateKey.fromJwk('bad', { ...publicJwk, x: publicJwk.y, d: secret }).catch((e: unknown) => e);
    expect(inspect(error, { depth: 9 })).not.toContain(secret);
    expect(error).toMatchObject({ code: 'seal/invalid-key' });
  });
});
