import type { EmbeddedPostgres } from '@cloister/postgres';
import type { SupervisorHooks } from './supervisor.ts';

/** The database server, started again when it ends by itself, as the supervisor does with the others. */
export class KeptPostgres {
  readonly #server: EmbeddedPostgres;
  readonly #hooks: SupervisorHooks;
  #starting: Promise<void> | undefined;
  #held = true;

  constructor(server: EmbeddedPostgres, hooks: SupervisorHooks = {}) {
    this.#server = server;
    this.#hooks = hooks;
  }

  get pid(): number | undefined {
    return this.#server.pid;
  }

  /** Makes the cluster if there is none, and resolves when the server answers. */
  async start(): Promise<void> {
    this.#held = false;
    if (this.#starting === undefined && this.#runs()) return;
    this.#starting ??= this.#open().finally(() => {
      this.#starting = undefined;
    });
    await this.#starting;
  }

  /** Sends `signal` and resolves when the process is gone; it stays down until `start`. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    this.#held = true;
    await this.#starting?.catch(() => {});
    await this.#server.kill(signal);
  }

  /** Sends a signal that does not end the process, such as SIGSTOP. */
  signal(signal: NodeJS.Signals): void {
    this.#server.process?.kill(signal);
  }

  /** Stops with a checkpoint. */
  async stop(): Promise<void> {
    await this.kill('SIGINT');
  }

  #runs(): boolean {
    const child = this.#server.process;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  async #open(): Promise<void> {
    this.#server.initialise();
    await this.#server.start();
    this.#server.process?.once('exit', (code, signal) => {
      if (this.#held) return;
      this.#hooks.restarted?.('postgres', signal ?? `exit code ${code}`);
      this.#again();
    });
  }

  /** Each attempt takes its time before it fails, so that this is no busy loop. */
  #again(): void {
    if (!this.#held) this.start().catch(() => this.#again());
  }
}
