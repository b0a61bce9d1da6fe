import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { listPackages } from './packages.ts';
import { projectRoot } from './project-root.ts';

const committed = join(projectRoot, 'docs', 'closures');

/**
 * Compares each server's production dependencies, all the way down, with its committed list, so that a new one is seen in review.
 * With `write` the lists are made anew. Returns the complaints.
 */
export function checkClosures(write: boolean): string[] {
  const complaints: string[] = [];
  for (const server of listPackages().filter(({ path }) => /^(core|security|identity)-realm\//.test(path))) {
    const file = join(committed, `${server.path.replace('/', '.')}.txt`);
    const now = `${closureOf(server.folder).join('\n')}\n`;
    if (write) {
      mkdirSync(committed, { recursive: true });
      writeFileSync(file, now);
    } else if (!existsSync(file) || readFileSync(file, 'utf8') !== now) {
      complaints.push(
        `${server.path}: its dependencies differ from docs/closures; review them, then: npm run check -- --write`,
      );
    }
  }
  return complaints;
}

/** `name version` of every package that ships with the one in `folder`, sorted. */
function closureOf(folder: string): string[] {
  const seen = new Map<string, string>();
  const visit = (from: string) => {
    const manifest = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'));
    // What a server of ours may use counts; what its dependencies may use differs from machine to machine.
    const optional = from === folder ? manifest.optionalDependencies : undefined;
    for (const name of Object.keys({ ...manifest.dependencies, ...optional })) {
      const found = locate(from, name);
      if (found === undefined || seen.has(found)) continue;
      const version = JSON.parse(readFileSync(join(found, 'package.json'), 'utf8')).version;
      seen.set(found, `${name} ${version}`);
      visit(found);
    }
  };
  visit(folder);
  return [...new Set(seen.values())].sort();
}

function locate(from: string, name: string): string | undefined {
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate);
  }
  return undefined;
}
