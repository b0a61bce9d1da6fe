import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { SetUpError } from '@cloister/postgres';

export interface ServerSpec {
  readonly name: string;
  /** TypeScript entry, absolute. */
  readonly entry: string;
  readonly args: readonly string[];
  /** For Node itself, before the entry. */
  readonly nodeArguments?: readonly string[];
  /** A command that becomes the server's process, such as `nsenter --net=<file>`. */
  readonly startedBy?: readonly string[];
  readonly logFile: string;
  /** Unix socket that answers `/readyz`. */
  readonly health: string;
}

export interface SupervisorHooks {
  /** A server ended by itself and is started again. */
  restarted?(name: string, how: string): void;
}

const readyDeadline = 60_000;
const stopDeadline = 10_000;
const guard = new URL('./child-guard.ts', import.meta.url).pathname;

/**
 * Runs each server as a process of its own, starts one again that ended by itself (with growing delay), and stops them in the
 * reverse of the order they were given.
 */
export class Supervisor {
  readonly #specs: readonly ServerSpec[];
  readonly #hooks: SupervisorHooks;
  readonly #running = new Map<string, ChildProcess>();
  readonly #held = new Set<string>();
  #stopping = false;

  constructor(specs: readonly ServerSpec[], hooks: SupervisorHooks = {}) {
    this.#specs = specs;
    this.#hooks = hooks;
  }

  get processes(): { name: string; pid: number }[] {
    return [...this.#running].flatMap(([name, child]) => (child.pid === undefined ? [] : [{ name, pid: child.pid }]));
  }

  /** Starts those of the named servers (all by default) that do not run, together, and resolves when every one is ready. */
  async start(names: readonly string[] = this.#specs.map((spec) => spec.name)): Promise<void> {
    for (const name of names) {
      this.#held.delete(name);
      if (!this.#running.has(name)) this.#spawn(this.#spec(name), 0);
    }
    await Promise.all(names.map((name) => this.ready(name)));
  }

  /** Resolves when the server answers that it is ready. */
  async ready(name: string): Promise<void> {
    const { health, logFile } = this.#spec(name);
    const deadline = Date.now() + readyDeadline;
    while (Date.now() < deadline) {
      if (await isReady(health)) return;
      if (this.#stopping) return;
      await pause(25);
    }
    throw new SetUpError(`the server "${name}" is not ready after ${readyDeadline / 1000} s`, `read ${logFile}`);
  }

  /** Sends `signal` and resolves when the process is gone; it stays down until `start` or `restart`. */
  async kill(name: string, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.#held.add(name);
    await end(this.#running.get(name), signal);
  }

  /** Sends a signal that does not end the process, such as SIGSTOP. */
  signal(name: string, signal: NodeJS.Signals): void {
    this.#running.get(name)?.kill(signal);
  }

  async restart(name: string): Promise<void> {
    await this.kill(name, 'SIGKILL');
    await this.start([name]);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    for (const { name } of this.#specs.toReversed()) await end(this.#running.get(name), 'SIGTERM');
  }

  #spec(name: string): ServerSpec {
    const spec = this.#specs.find((candidate) => candidate.name === name);
    if (spec === undefined) {
      throw new SetUpError(
        `there is no server "${name}"`,
        `use one of: ${this.#specs.map((each) => each.name).join(', ')}`,
      );
    }
    return spec;
  }

  #spawn(spec: ServerSpec, failures: number): void {
    if (existsSync(spec.health)) rmSync(spec.health);
    const log = openSync(spec.logFile, 'a', 0o600);
    const node = [process.execPath, '--import', guard, ...(spec.nodeArguments ?? []), spec.entry, ...spec.args];
    const child = spawn(
      '/bin/sh',
      // No server leaves its memory on the disk. The process stays the same one.
      ['-c', 'ulimit -c 0; exec "$0" "$@"', ...(spec.startedBy ?? []), ...node],
      {
        stdio: ['ignore', log, log, 'ipc'],
        // A process group of its own: a Ctrl-C reaches the supervisor only, which stops the servers in order.
        detached: true,
        env: { ...process.env, NODE_OPTIONS: '' },
      },
    );
    closeSync(log);
    const started = Date.now();
    this.#running.set(spec.name, child);
    child.once('exit', (code, signal) => {
      if (this.#running.get(spec.name) === child) this.#running.delete(spec.name);
      if (this.#stopping || this.#held.has(spec.name)) return;
      const next = Date.now() - started > 30_000 ? 0 : failures + 1;
      this.#hooks.restarted?.(spec.name, signal ?? `exit code ${code}`);
      setTimeout(
        () => {
          // `start` may have been faster.
          const wanted = !this.#stopping && !this.#held.has(spec.name) && !this.#running.has(spec.name);
          if (wanted) this.#spawn(spec, next);
        },
        Math.min(100 * 2 ** failures, 5000),
      );
    });
  }
}

async function end(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), stopDeadline);
  await gone;
  clearTimeout(timer);
}

function isReady(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asking = request({ socketPath, path: '/readyz', timeout: 2000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    asking.on('error', () => resolve(false));
    asking.on('timeout', () => asking.destroy());
    asking.end();
  });
}
