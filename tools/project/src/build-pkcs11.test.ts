import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { buildPkcs11, installed } from './build-pkcs11.ts';
import { compilers } from './compilers.ts';

const compiles = compilers.every(({ proof }) => existsSync(proof));
if (!compiles && process.env.CI === 'true') throw new Error('the compiler is missing: npm test brings it');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloister-pkcs11-'));
  cpSync(installed(), folder, { recursive: true, filter: (path) => !path.endsWith('/build') });
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

it.skipIf(!compiles)('compiles for the Node that runs it, whatever settings its user has', () => {
  vi.stubEnv('HOME', folder);
  vi.stubEnv('npm_config_nodedir', '/nowhere');
  expect(buildPkcs11(folder)).toBe(true);
  const { CKM_AES_GCM } = createRequire(import.meta.url)(folder) as { CKM_AES_GCM: number };
  expect(CKM_AES_GCM).toBe(0x1087);
});

it.skipIf(!compiles)('says so when the source does not compile', () => {
  writeFileSync(join(folder, 'src', 'main.cpp'), 'no program');
  const told = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(buildPkcs11(folder)).toBe(false);
  expect(told.mock.calls.join('')).toContain('main.cpp');
});
