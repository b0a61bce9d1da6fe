import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
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

/** Reads the whole build once: it is small, and serving from memory leaves no path to resolve. */
export async function readDist(folder: string): Promise<Dist> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .map((name) => name.split(sep).join('/'));
  const present = new Set(names);
  const files = new Map<string, DistFile>();
  for (const name of names) {
    const type = types[extname(name)];
    if (type !== undefined) files.set(name, await readOne(folder, name, type, present));
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
