import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { url as inspectorUrl } from 'node:inspector';
import { CloisterError } from '@cloister/wire';
import { revealingOption } from './revealing-option.ts';

/**
 * Before the first secret is read (byok.md §5): no debugger and no heap snapshot, and no core dump. A process cannot lower
 * its limit from JavaScript, so one that was started with core dumps allowed replaces itself, under the same process id.
 * Throws `config/insecure`.
 */
export const keepMemoryPrivate = (): void => {
  const option = revealingOption(process.execArgv, process.env.NODE_OPTIONS);
  if (option !== null || inspectorUrl() !== undefined) {
    throw new CloisterError('config/insecure', {
      detail: `${option ?? '--inspect'} shows the keys in this process's memory; start it without`,
    });
  }
  // Node would open a debugger.
  process.on('SIGUSR1', () => {});
  dumpNothing();
  if (coreLimit() !== '0') replaceWithoutCoreDumps();
};

/** Linux: even a dump that a program is handed (core_pattern), which no limit stops, is then empty. See core(5). */
const dumpNothing = (): void => {
  if (process.platform === 'linux') writeFileSync('/proc/self/coredump_filter', '0');
};

/** The soft limit, which children inherit. */
const coreLimit = (): string => execFileSync('/bin/sh', ['-c', 'ulimit -c'], { encoding: 'utf8' }).trim();

const WITHOUT_CORE_DUMPS = 'ulimit -c 0; exec "$0" "$@"';

const replaceWithoutCoreDumps = (): never => {
  // What else it was given, such as a channel to its parent, would be lost.
  if (process.channel !== undefined || process.execve === undefined) {
    throw new CloisterError('config/insecure', {
      detail: `core dumps would hold the keys; start it with: sh -c '${WITHOUT_CORE_DUMPS}' node …`,
    });
  }
  const command = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  return process.execve('/bin/sh', ['sh', '-c', WITHOUT_CORE_DUMPS, ...command], process.env);
};
