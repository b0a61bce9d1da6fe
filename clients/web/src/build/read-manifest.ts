import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';

const chunk = z.object({
  file: z.string(),
  isEntry: z.optional(z.boolean()),
  imports: z.optional(z.array(z.string())),
  dynamicImports: z.optional(z.array(z.string())),
});
const manifest = z.record(z.string(), chunk);

/** Vite's list of what it built: chunks by the name of their source. */
export type Manifest = z.infer<typeof manifest>;

/** Reads the manifest of a finished build. */
export async function readManifest(dist: string): Promise<Manifest> {
  return manifest.parse(JSON.parse(await readFile(join(dist, '.vite/manifest.json'), 'utf8')));
}
