import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SetUpError } from '@cloister/postgres';
import type { Told } from './told.ts';

const project = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Writes the complete source of what runs here, with the lockfile that names every dependency and its hash: the same bytes for the
 * same commit, wherever it is made (R351).
 * @throws SetUpError
 */
export const source = (output: string): Told => {
  if (existsSync(output)) throw new SetUpError(`${output} exists`, 'nothing was changed; choose another name');
  const commit = git(['rev-parse', '--verify', 'HEAD^{commit}']).toString('utf8').trim();
  const changed = git(['status', '--porcelain', '--untracked-files=no']).toString('utf8').trim() !== '';
  // Entries carry the commit's time and no owner, so nothing of this machine is in it.
  const tar = git(['archive', '--format=tar', '--prefix=cloister/', commit]);
  const sha256 = createHash('sha256').update(tar).digest('hex');
  writeFileSync(`${output}.draft`, tar, { mode: 0o644 });
  renameSync(`${output}.draft`, output);
  return {
    value: { commit, sha256, bytes: tar.length, changed, file: output },
    lines: [
      `wrote ${output}: the source of commit ${commit}`,
      `SHA-256 ${sha256}`,
      ...(changed ? ['what runs here differs from that commit: this copy has changes of its own'] : []),
    ],
  };
};

const git = (args: readonly string[]): Buffer => {
  const done = spawnSync('git', ['-C', project, ...args], { maxBuffer: 1024 * 1024 * 1024 });
  if (done.status !== 0) {
    throw new SetUpError(
      'this copy of Cloister does not know its commit',
      'run it from a clone of the repository, with git installed',
    );
  }
  return done.stdout;
};
