import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { HsmClient } from '../client/hsm-client.ts';

export type HsmProcess = {
  readonly client: HsmClient;
  /** Everything that it logged until now. */
  readonly output: () => string;
  readonly stop: () => Promise<void>;
};

/** Starts the real process, with a software keystore and what `more` adds to its configuration. */
export const startHsmProcess = async (more: object): Promise<HsmProcess> => {
  const folder = mkdtempSync(join(tmpdir(), 'cloister-hsm-'));
  const secret = randomBytes(32).toString('base64');
  const socket = join(folder, 'hsm.sock');
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content, { mode: 0o600 });
    return join(folder, name);
  };
  const config = {
    listen: { socket },
    health: { socket: join(folder, 'health.sock') },
    keystore: { kind: 'software', path: join(folder, 'keystore') },
    credentials: { pin: file('pin', randomBytes(32).toString('hex')), shared: file('shared', secret) },
    ...more,
  };
  const main = join(import.meta.dirname, '..', 'main.ts');
  const child = spawn(process.execPath, [main, '--config', file('hsm.json', JSON.stringify(config))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  await ready(child, lines);
  const client = new HsmClient({ socket, secret: Buffer.from(secret) });
  return {
    client,
    output: () => lines.join('\n'),
    stop: async () => {
      client.close();
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
      rmSync(folder, { recursive: true });
    },
  };
};

const ready = (child: ChildProcess & { readonly stdout: NodeJS.ReadableStream }, lines: string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('the hsm did not start')));
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      if (line.includes('hsm.ready')) resolve();
    });
  });
