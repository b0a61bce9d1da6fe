import { join } from 'node:path';
import { build } from 'vite';
import { bundleReport, firstMessageBudget } from './bundle-report.ts';
import { compressFolder } from './compress-folder.ts';
import { readManifest } from './read-manifest.ts';

const root = join(import.meta.dirname, '../..');

/** Builds the web client into `dist`, compresses it and reports its size. Returns the exit code: 1 when over budget. */
export async function buildWeb(say: (line: string) => void): Promise<number> {
  const dist = join(root, 'dist');
  // A test run's environment would bring React's development build.
  process.env.NODE_ENV = 'production';
  await build({ root, configFile: join(root, 'vite.config.ts'), logLevel: 'warn' });
  const sizes = await compressFolder(dist);
  const report = bundleReport(await readManifest(dist), sizes);
  for (const { file, bytes, first } of report.chunks) say(`${kilobytes(bytes)}  ${first ? 'first' : 'later'}  ${file}`);
  say(`${kilobytes(report.beforeFirstMessage)}  before the first message, of ${kilobytes(firstMessageBudget)} (gzip)`);
  if (report.beforeFirstMessage <= firstMessageBudget) return 0;
  say('over budget: load what nobody needs before the first message lazily (src/build/bundle-report.ts)');
  return 1;
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1).padStart(6)} kB`;
