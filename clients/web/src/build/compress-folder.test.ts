import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { compressFolder } from './compress-folder.ts';

it('puts both codings beside each text, leaves out what does not pay, and touches nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'compress-'));
  const text = 'export const words = "again and again";\n'.repeat(50);
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'assets/a.js'), text);
  await writeFile(join(folder, 'tiny.css'), 'a{}');
  await writeFile(join(folder, 'picture.png'), text);
  const sizes = await compressFolder(folder);
  expect((await readdir(folder, { recursive: true })).sort()).toEqual([
    'assets',
    'assets/a.js',
    'assets/a.js.br',
    'assets/a.js.gz',
    'picture.png',
    'tiny.css',
  ]);
  const gzipped = await readFile(join(folder, 'assets/a.js.gz'));
  expect(gunzipSync(gzipped).toString()).toBe(text);
  expect(brotliDecompressSync(await readFile(join(folder, 'assets/a.js.br'))).toString()).toBe(text);
  expect(sizes.get('assets/a.js')).toBe(gzipped.length);
  await rm(folder, { recursive: true });
});
