import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** The process under test, known by the command that starts it. */
export class Implementation {
  readonly #command: readonly string[];
  #child: ChildProcess | null = null;

  constructor(command: readonly string[]) {
    this.#command = command;
  }

  start(): void {
    const [program = '', ...args] = this.#command;
    this.#child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  }

  /** Resolves with its exit code after SIGTERM. */
  async stop(): Promise<number | null> {
    return this.#end('SIGTERM');
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const gone = once(child, 'exit');
    child.kill(signal);
    const [code] = (await gone) as [number | null];
    return code;
  }
}
