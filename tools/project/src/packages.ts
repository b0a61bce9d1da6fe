import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './project-root.ts';

export interface Package {
  /** Path from the project's root, such as `core-realm/core`. */
  readonly path: string;
  readonly folder: string;
  readonly name: string;
}

const groups = ['protocol', 'platform', 'core-realm', 'security-realm', 'identity-realm', 'clients', 'tests', 'tools'];

/** Every workspace package, sorted by path. */
export function listPackages(): Package[] {
  const paths = groups.flatMap((group) => readdirSync(join(projectRoot, group)).map((name) => `${group}/${name}`));
  return [...paths, 'bench']
    .filter((path) => existsSync(join(projectRoot, path, 'package.json')))
    .sort()
    .map((path) => {
      const folder = join(projectRoot, path);
      return { path, folder, name: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).name };
    });
}
