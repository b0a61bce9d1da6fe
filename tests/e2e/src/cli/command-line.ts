import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const main = fileURLToPath(new URL('../../../../clients/cli/src/main.ts', import.meta.url));

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly lines: string[];
  readonly err: string;
}

/** The command line as people run it, in a process of its own each time, on the deployment in `data`. */
export const commandLine = (data: () => string) => {
  const start = (args: readonly string[], as?: string, input = '') => {
    const env = { ...process.env, CLOISTER_DATA: data(), INIT_CWD: data() };
    const who = as === undefined ? [] : ['--as', `${as}@acme.example`];
    const child = spawn(process.execPath, [main, ...args, ...who], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.end(input);
    // `tail` says on standard error when it has begun.
    const following = new Promise<void>((resolve) => {
      child.stderr.on('data', (chunk: Buffer) => chunk.includes('following') && resolve());
      child.on('exit', () => resolve());
    });
    const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]).then(
      ([out, err, [code]]): Ended => ({ code: code as number | null, lines: out.split('\n').filter(Boolean), err }),
    );
    return { following, ended };
  };
  const cloister = (args: readonly string[], as?: string, input?: string) => start(args, as, input).ended;
  /** The lines of a command that must succeed. */
  const done = async (args: readonly string[], as?: string, input?: string): Promise<string[]> => {
    const { code, lines, err } = await cloister(args, as, input);
    expect(err.startsWith('error:') ? err : '').toBe('');
    expect(code).toBe(0);
    return lines;
  };
  return { start, cloister, done };
};
