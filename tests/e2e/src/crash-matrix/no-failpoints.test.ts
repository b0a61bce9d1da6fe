import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { stepNames } from './step-name.ts';

const project = fileURLToPath(new URL('../../../..', import.meta.url));
const production = ['protocol', 'platform', 'core-realm', 'security-realm', 'identity-realm', 'clients'];
const traces = [/fail-?point/i, /crash-?matrix/i, /registerHooks/, ...stepNames.map((name) => new RegExp(name))];

const filesOf = (folder: string): string[] =>
  readdirSync(join(project, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (['node_modules', 'dist', 'testing'].includes(entry.name)) return [];
    if (entry.isDirectory()) return filesOf(path);
    return /\.(ts|tsx|mjs|json|sql)$/.test(entry.name) ? [path] : [];
  });

it('finds no trace of failpoints in production code', () => {
  const files = production.flatMap(filesOf);
  expect(files.length).toBeGreaterThan(500);
  const found = files.filter((file) => {
    const text = readFileSync(join(project, file), 'utf8');
    return traces.some((trace) => trace.test(text));
  });
  expect(found).toEqual([]);
});
