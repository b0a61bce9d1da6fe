import { spawn } from 'node:child_process';
import { SetUpError } from '@cloister/postgres';

/** Runs a server's provisioning command to its end. @throws SetUpError with what it printed. */
export function runOnce(what: string, entry: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [entry, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (bytes: Buffer) => {
        printed += bytes.toString();
      });
    }
    child.once('exit', (code) => {
      if (code === 0) resolve();
      else
        reject(
          new SetUpError(
            `${what} failed: ${printed.trim().slice(-2000)}`,
            'the lines above say why; nothing was started',
          ),
        );
    });
  });
}
