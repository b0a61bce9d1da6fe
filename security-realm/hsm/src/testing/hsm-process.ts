import { type ChildProcess, type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { HsmClient } from '../client/hsm-client.ts';

const entry = join(import.meta.dirname, '../main.ts');

/** The real hsm process in a folder of its own, as often as a test starts it. */
export class HsmProcess {
  readonly folder = mkdtempSync(join(tmpdir(), 'cloister-hsm-'));
  readonly socket = join(this.folder, 'hsm.sock');
  readonly #secret = randomBytes(32).toString('base64');
  readonly #processes: ChildProcess[] = [];
  readonly #clients: HsmClient[] = [];

  constructor() {
    this.write('pin', randomBytes(32).toString('hex'));
    this.write('shared', this.#secret);
    this.configure({});
  }

  /** Other settings than the usual ones. */
  configure(settings: object): void {
    const config = {
      listen: { socket: this.socket },
      health: { socket: join(this.folder, 'health.sock') },
      keystore: { kind: 'software', path: join(this.folder, 'keystore') },
      uploadKeyBits: 3072,
      credentials: { pin: join(this.folder, 'pin'), shared: join(this.folder, 'shared') },
      ...settings,
    };
    this.write('hsm.json', JSON.stringify(config));
  }

  write(name: string, content: string): void {
    writeFileSync(join(this.folder, name), content, { mode: 0o600 });
  }

  chmod(name: string, mode: number): void {
    chmodSync(join(this.folder, name), mode);
  }

  /** A process started through this shell text, in which "$@" is the command of the hsm; when it serves. */
  async start(shell = 'exec "$@"', nodeArguments: readonly string[] = []): Promise<ChildProcess> {
    const child = spawn('/bin/sh', ['-c', shell, 'sh', ...this.#command(nodeArguments)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#processes.push(child);
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.includes('hsm.ready')) return child;
    }
    throw new Error('the hsm did not start');
  }

  /** One that is not expected to serve: how it ended. */
  failing(nodeArguments: readonly string[] = [], env: NodeJS.ProcessEnv = {}): SpawnSyncReturns<string> {
    const [command = '', ...rest] = this.#command(nodeArguments);
    return spawnSync(command, rest, { cwd: this.folder, encoding: 'utf8', env: { ...process.env, ...env } });
  }

  client(secret = this.#secret): HsmClient {
    const client = new HsmClient({ socket: this.socket, secret: Buffer.from(secret) });
    this.#clients.push(client);
    return client;
  }

  /** What the health socket answers at this path. */
  async health(path: string): Promise<string> {
    const asked = request({ socketPath: join(this.folder, 'health.sock'), path }).end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    return text(response);
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.close();
    await Promise.all(this.#processes.map(killed));
    rmSync(this.folder, { recursive: true, force: true });
  }

  #command(nodeArguments: readonly string[]): string[] {
    return [process.execPath, ...nodeArguments, entry, '--config', join(this.folder, 'hsm.json')];
  }
}

/** SIGKILL, and until it is gone. */
export const killed = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
};
