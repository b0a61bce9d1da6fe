import { readdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const texts = new Set(['.css', '.html', '.js', '.svg']);
const toBrotli = promisify(brotliCompress);
const toGzip = promisify(gzip);

/**
 * Writes `.br` and `.gz` beside every text of a build and returns gzipped sizes by file name. A coding that does not
 * make a file smaller is left out.
 */
export async function compressFolder(folder: string): Promise<Map<string, number>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && texts.has(extname(entry.name)));
  const sizes = await Promise.all(
    files.map(async ({ parentPath, name }) => {
      const path = join(parentPath, name);
      const bytes = await readFile(path);
      const [gzipped, brotli] = await Promise.all([
        toGzip(bytes, { level: 9 }),
        toBrotli(bytes, {
          params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
        }),
      ]);
      if (gzipped.length < bytes.length) await writeFile(`${path}.gz`, gzipped);
      if (brotli.length < bytes.length) await writeFile(`${path}.br`, brotli);
      return [relative(folder, path), gzipped.length] as const;
    }),
  );
  return new Map(sizes);
}
