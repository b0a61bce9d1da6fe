import { expect, it } from 'vitest';
import { hashPassword, passwordCost, passwordFault, unmatchedHash, verifyPassword } from './password.ts';

const cheap = { logN: 4, r: 8, p: 1 };

it('hashes with scrypt at N=2^17, r=8, p=1 by default and keeps the parameters with the hash', async () => {
  const stored = await hashPassword('correct horse battery');
  expect(passwordCost).toEqual({ logN: 17, r: 8, p: 1 });
  expect(stored).toMatch(/^scrypt\$17\$8\$1\$[A-Za-z0-9_-]{22}\$[A-Za-z0-9_-]{43}$/);
  expect(await verifyPassword('correct horse battery', stored)).toBe(true);
  expect(await verifyPassword('correct horse batterz', stored)).toBe(false);
});

it('salts, so that equal passwords are not seen to be equal', async () => {
  expect(await hashPassword('same', cheap)).not.toBe(await hashPassword('same', cheap));
});

it('checks a hash by its own parameters', async () => {
  const stored = await hashPassword('the password', { logN: 5, r: 4, p: 2 });
  expect(await verifyPassword('the password', stored)).toBe(true);
});

it('takes the same characters typed on another system for the same password', async () => {
  const stored = await hashPassword('パスワード', cheap);
  expect(await verifyPassword('パスワード'.normalize('NFD'), stored)).toBe(true);
  expect(await verifyPassword('ﾊﾟｽﾜｰﾄﾞ', stored)).toBe(true);
});

it('checks an unknown address against a hash of the same cost and shape, which no password has', async () => {
  const shape = (stored: string) => stored.split('$').map((part, n) => (n < 4 ? part : part.length));
  expect(shape(unmatchedHash(cheap))).toEqual(shape(await hashPassword('x', cheap)));
  expect(await verifyPassword('x', unmatchedHash(cheap))).toBe(false);
});

it('counts characters, not code units', () => {
  expect(passwordFault('elevenchars')).toBe('short');
  expect(passwordFault('twelve chars')).toBeUndefined();
  expect(passwordFault('🔑'.repeat(11))).toBe('short');
  expect(passwordFault('🔑'.repeat(12))).toBeUndefined();
  expect(passwordFault('x'.repeat(257))).toBe('long');
});

it('refuses an unreadable hash as a fault of ours, never as a match', async () => {
  for (const stored of ['', 'plain', 'scrypt$4$8$1', 'bcrypt$4$8$1$AA$AA']) {
    await expect(verifyPassword('x', stored)).rejects.toMatchObject({ code: 'identity/internal' });
  }
  expect(await verifyPassword('x', 'scrypt$4$8$1$AA$')).toBe(false);
});

it('bounds how many wait for a turn, since each takes memory', async () => {
  const asked = Array.from({ length: 70 }, () => hashPassword('x', cheap));
  const outcomes = await Promise.allSettled(asked);
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(refused).toHaveLength(4);
  for (const { reason } of refused) expect(reason).toMatchObject({ code: 'identity/unavailable' });
  await expect(hashPassword('x', cheap)).resolves.toMatch(/^scrypt/);
});
