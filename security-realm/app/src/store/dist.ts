import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { CloisterError } from '@cloister/wire';
import { type Coding, codings } from '../domain/content-coding.ts';
import type { Dist, DistFile } from '../domain/dist-file.ts';

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
};
const suffixes: Record<Coding, string> = { br: '.br', gzip: '.gz' };

/**
 * Reads the whole build once: it is small, and serving from memory leaves no path to resolve.
 * @throws CloisterError `config/unreadable` when there is no build
 */
export async function readDist(folder: string): Promise<Dist> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .map((name) => name.split(sep).join('/'));
  const present = new Set(names);
  const files = new Map<string, DistFile>();
  for (const name of names) {
    const type = types[extname(name)];
    if (type !== undefined) files.set(name, await readOne(folder, name, type, present));
  }
  if (!files.has('index.html')) {
    throw new CloisterError('config/unreadable', {
      detail: `${folder} holds no build of the web client; make one: node clients/web/src/build/main.ts`,
    });
  }
  return files;
}

async function readOne(folder: string, name: string, type: string, present: ReadonlySet<string>): Promise<DistFile> {
  const bytes = await readFile(join(folder, name));
  const coded: Partial<Record<Coding, Buffer>> = {};
  for (const coding of codings) {
    const twin = name + suffixes[coding];
    if (present.has(twin)) coded[coding] = await readFile(join(folder, twin));
  }
  const etag = `W/"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  return { type, etag, bytes, coded };
}
