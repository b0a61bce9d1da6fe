import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { source } from './source.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloister-source-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

it('names the commit and writes the whole source with its lockfile, the same bytes twice (R351)', () => {
  const [one, other] = ['one.tar', 'other.tar'].map((name) => join(folder, name)) as [string, string];
  const told = source(one).value as { commit: string; sha256: string };
  expect(source(other).value).toMatchObject({ commit: told.commit, sha256: told.sha256 });
  expect(told.commit).toMatch(/^[0-9a-f]{40}$/);
  const bytes = readFileSync(one);
  expect(bytes.equals(readFileSync(other))).toBe(true);
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(told.sha256);
  const listed = spawnSync('tar', ['-tf', one], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }).stdout.split('\n');
  for (const name of [
    'pnpm-lock.yaml',
    'security-realm/kms/src/main.ts',
    'security-realm/hsm/src/main.ts',
    'LICENSE',
  ]) {
    expect(listed).toContain(`cloister/${name}`);
  }
  expect(listed.some((name) => name.includes('node_modules/'))).toBe(false);
});

it('overwrites nothing', () => {
  const file = join(folder, 'kept');
  writeFileSync(file, 'kept');
  expect(() => source(file)).toThrow(/exists/);
  expect(readFileSync(file, 'utf8')).toBe('kept');
});
