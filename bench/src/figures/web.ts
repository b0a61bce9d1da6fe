import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type Figure, limitFigure } from '../figure.ts';

const dist = fileURLToPath(new URL('../../../clients/web/dist', import.meta.url));

/** `web`: gzipped JavaScript before the first message: what the shell loads, and every chunk those import. */
export function webFigures(): Record<string, Figure> {
  const shell = readFileSync(join(dist, 'index.html'), 'utf8');
  const wanted = new Set(
    [...shell.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].flatMap(([, name]) => name ?? []),
  );
  for (const name of wanted) {
    const code = readFileSync(join(dist, name), 'utf8');
    for (const [, imported] of code.matchAll(/(?:import|from)\s*"\.\/([^"]+\.js)"/g)) wanted.add(`assets/${imported}`);
  }
  const all = readdirSync(join(dist, 'assets')).filter((name) => name.endsWith('.js'));
  const bytes = [...wanted].reduce(
    (sum, name) => sum + gzipSync(readFileSync(join(dist, name)), { level: 9 }).length,
    0,
  );
  if (all.length === 0) throw new Error('the web client is not built');
  return { web: limitFigure(bytes / 1000, 180, 'kB gzipped JavaScript') };
}
