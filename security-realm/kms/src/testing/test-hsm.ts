import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { FreshToken } from '@cloister/testkit';

type AmazonUser = { readonly arn: string; readonly accessKeyId: string; readonly secretAccessKey: string };

/** The real hsm process in a folder of the test's. */
export class TestHsm {
  readonly socket: string;
  readonly secretFile: string;
  readonly secret: string;
  readonly #folder: string;
  readonly #config: string;
  #child: ChildProcess | null = null;

  constructor(folder: string) {
    this.#folder = folder;
    this.socket = join(folder, 'hsm.sock');
    this.secretFile = join(folder, 'hsm-shared');
    this.secret = randomBytes(32).toString('hex');
    this.#config = join(folder, 'hsm.json');
    writeFileSync(join(folder, 'pin'), randomBytes(32).toString('hex'), { mode: 0o600 });
    writeFileSync(this.secretFile, this.secret, { mode: 0o600 });
    const config = {
      listen: { socket: this.socket },
      health: { socket: join(folder, 'hsm-health.sock') },
      keystore: { kind: 'software', path: join(folder, 'keystore') },
      // The smaller size: making one takes a fraction of the time.
      uploadKeyBits: 3072,
      credentials: { pin: join(folder, 'pin'), shared: this.secretFile },
    };
    writeFileSync(this.#config, JSON.stringify(config));
  }

  /** Gives it a way to Amazon, before it starts: a user there for each organisation. */
  reachAmazon(endpoint: string, users: Readonly<Record<string, AmazonUser>>): void {
    const principals = Object.fromEntries(
      Object.entries(users).map(([organisationId, { arn, accessKeyId, secretAccessKey }]) => {
        const credentials = join(this.#folder, `aws-${organisationId}.json`);
        writeFileSync(credentials, JSON.stringify({ accessKeyId, secretAccessKey }), { mode: 0o600 });
        return [organisationId, { arn, credentials }];
      }),
    );
    const config = JSON.parse(readFileSync(this.#config, 'utf8'));
    writeFileSync(this.#config, JSON.stringify({ ...config, aws: { endpoint, principals } }));
  }

  /** Gives it a token instead of the software keystore, before it starts. */
  useToken({ pin, ...token }: FreshToken): void {
    const config = JSON.parse(readFileSync(this.#config, 'utf8'));
    writeFileSync(this.#config, JSON.stringify({ ...config, keystore: { kind: 'pkcs11', ...token } }));
    writeFileSync(config.credentials.pin, pin, { mode: 0o600 });
  }

  async start(): Promise<void> {
    const entry = join(import.meta.dirname, '../../../hsm/src/main.ts');
    this.#child = spawn(process.execPath, [entry, '--config', this.#config], { stdio: ['ignore', 'pipe', 'inherit'] });
    await untilLine(this.#child, 'hsm.ready');
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child?.kill(name);
  }

  async kill(): Promise<void> {
    await killed(this.#child);
    this.#child = null;
  }
}

/** Resolves when a server has written this event. */
export const untilLine = async (child: ChildProcess, event: string): Promise<void> => {
  if (child.stdout === null) throw new Error('no output to read');
  const lines = createInterface({ input: child.stdout });
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`the server ended before ${event}`)));
    lines.on('line', (line) => {
      if (line.includes(`"${event}"`)) resolve();
    });
  });
};

/** SIGKILL, and until it is gone. */
export const killed = async (child: ChildProcess | null): Promise<void> => {
  if (child === null || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
};
