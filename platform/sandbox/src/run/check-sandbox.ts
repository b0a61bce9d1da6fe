import { existsSync } from 'node:fs';
import { CloisterError } from '@cloister/wire';
import { defaultSandboxLimits, type SandboxLimits } from '../limits.ts';
import { debianPackages, programPath, requiredFiles } from './programs.ts';
import { readAll } from './read-all.ts';
import { runSandboxed } from './run-sandboxed.ts';

/**
 * Whether documents can be read here: every program is there and the sandbox works. Without one of them nothing
 * is read; there is no other way to run a program on one.
 * @throws transcoder/converter-missing or transcoder/sandbox-unavailable, with what to do about it.
 */
export async function checkSandbox(
  limits: SandboxLimits = defaultSandboxLimits,
  installed: (path: string) => boolean = existsSync,
): Promise<void> {
  if (!requiredFiles.every(installed)) {
    const detail = `on Debian: apt-get install --no-install-recommends ${debianPackages.join(' ')}`;
    throw new CloisterError('transcoder/converter-missing', { detail });
  }
  try {
    await runSandboxed({ command: [programPath('sh'), '-c', ':'], files: new Map(), limits }, (output) =>
      readAll(output, 0),
    );
  } catch (cause) {
    const detail =
      'bubblewrap 0.8 or newer must be able to make user namespaces (sysctl user.max_user_namespaces; on Ubuntu an AppArmor profile for bwrap)';
    throw new CloisterError('transcoder/sandbox-unavailable', { detail, cause });
  }
}
