import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../../..', import.meta.url));

/** The version of what runs here, and its commit where this is a clone. */
export const versionHere = (): { readonly version: string; readonly commit: string | null } => {
  const { version } = JSON.parse(readFileSync(`${project}package.json`, 'utf8')) as { version: string };
  const said = spawnSync('git', ['-C', project, 'rev-parse', '--verify', 'HEAD'], { encoding: 'utf8' });
  return { version, commit: said.status === 0 ? said.stdout.trim() : null };
};
