import { spawnSync } from 'node:child_process';
import { projectRoot } from './project-root.ts';

/** Runs one program in the project's root, its output in sight, and says how long it took. Returns whether it succeeded. */
export function runStep(title: string, file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): boolean {
  process.stdout.write(`\n== ${title}\n`);
  const started = performance.now();
  const done = spawnSync(file, args, { cwd: projectRoot, stdio: 'inherit', env: { ...process.env, ...env } });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`== ${title}: ${done.status === 0 ? 'passed' : 'FAILED'} (${seconds} s)\n`);
  return done.status === 0;
}
