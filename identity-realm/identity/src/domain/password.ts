import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { CloisterError } from '@cloister/wire';

/** scrypt's parameters (RFC 7914 §2): `logN` is the cost's power of two. Stored with each hash, so they may grow. */
export interface PasswordCost {
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

/** 128 MiB and some tenths of a second for each guess. */
export const passwordCost: PasswordCost = { logN: 17, r: 8, p: 1 };

/** The shortest password that may be chosen; length is what counts (NIST SP 800-63B §3.1.1). */
export const shortestPassword = 12;
const longestPassword = 256;

const KEY = 32;

/** `scrypt$<logN>$<r>$<p>$<salt>$<key>`, both base64url: what the database holds. */
export const hashPassword = async (password: string, cost: PasswordCost = passwordCost): Promise<string> => {
  const salt = randomBytes(16);
  const key = await derive(password, salt, cost);
  return ['scrypt', cost.logN, cost.r, cost.p, salt.toString('base64url'), key.toString('base64url')].join('$');
};

/** A hash that no password has: checking one against it takes as long as against a person's. */
export const unmatchedHash = ({ logN, r, p }: PasswordCost): string =>
  ['scrypt', logN, r, p, randomBytes(16).toString('base64url'), randomBytes(KEY).toString('base64url')].join('$');

/** Whether the password is the hashed one. An unreadable hash is an error of ours, never a match. */
export const verifyPassword = async (password: string, stored: string): Promise<boolean> => {
  const [scheme, logN, r, p, salt, key] = stored.split('$');
  if (scheme !== 'scrypt' || salt === undefined || key === undefined) throw new CloisterError('identity/internal');
  const expected = Buffer.from(key, 'base64url');
  const actual = await derive(password, Buffer.from(salt, 'base64url'), {
    logN: Number(logN),
    r: Number(r),
    p: Number(p),
  });
  return expected.length === KEY && timingSafeEqual(actual, expected);
};

/** What is wrong with a password somebody wants to choose. */
export const passwordFault = (password: string): 'short' | 'long' | undefined => {
  const length = [...normal(password)].length;
  if (length < shortestPassword) return 'short';
  return length > longestPassword ? 'long' : undefined;
};

// The same characters typed on another system must give the same password (NIST SP 800-63B §3.1.1.2).
const normal = (password: string): string => password.normalize('NFKC');

// Each derivation holds 128 MiB: two at a time, and a queue that ends before memory or patience does.
const atOnce = 2;
const longestQueue = 64;
const waiting: (() => void)[] = [];
let running = 0;

const derive = async (password: string, salt: Uint8Array, cost: PasswordCost): Promise<Buffer> => {
  await turn();
  try {
    return await scryptKey(normal(password).slice(0, 4 * longestPassword), salt, cost);
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
};

const turn = (): Promise<void> => {
  if (running < atOnce) {
    running += 1;
    return Promise.resolve();
  }
  if (waiting.length >= longestQueue) throw new CloisterError('identity/unavailable');
  return new Promise((resolve) => waiting.push(resolve));
};

const scryptKey = (password: string, salt: Uint8Array, { logN, r, p }: PasswordCost): Promise<Buffer> => {
  const N = 2 ** logN;
  const options: ScryptOptions = { N, r, p, maxmem: 128 * r * (N + p) + 64 * 1024 };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, KEY, options, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
};
