import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { projectRoot } from './project-root.ts';

/** Runs one program in the project's root, its output in sight, and says how long it took. Returns whether it succeeded. */
export function runStep(title: string, file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): boolean {
  const tell = begin(title);
  return tell(spawnSync(file, args, optionsWith(env)).status);
}

/** The same, while this process goes on with what it serves. */
export async function runStepBeside(
  title: string,
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<boolean> {
  const tell = begin(title);
  const [code] = (await once(spawn(file, args, optionsWith(env)), 'exit')) as [number | null];
  return tell(code);
}

const optionsWith = (env: NodeJS.ProcessEnv) =>
  ({ cwd: projectRoot, stdio: 'inherit', env: { ...process.env, ...env } }) as const;

function begin(title: string): (code: number | null) => boolean {
  process.stdout.write(`\n== ${title}\n`);
  const started = performance.now();
  return (code) => {
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    process.stdout.write(`== ${title}: ${code === 0 ? 'passed' : 'FAILED'} (${seconds} s)\n`);
    return code === 0;
  };
}
