import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chownSync,
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Account, chooseAccount, commandUnder } from './account.ts';
import { answers } from './answers.ts';
import { type Binaries, findBinaries } from './binaries.ts';
import { SetUpError } from './set-up-error.ts';

export interface EmbeddedOptions {
  /** Folder of the database cluster; made when absent. */
  readonly cluster: string;
  /** Folder of the unix socket; its path must stay under 90 bytes. */
  readonly socketFolder: string;
  /** File the server's log goes to. */
  readonly logFile: string;
  /** File (mode 0600) with the superuser's password, read once by initdb. */
  readonly passwordFile: string;
  /** `off` only where losing the whole cluster in a power cut is acceptable, as in tests. */
  readonly fsync?: 'on' | 'off';
  readonly maxConnections?: number;
}

const startDeadline = 30_000;

/** One PostgreSQL server on a unix socket, port 5432, superuser `postgres`, password authentication for every role. */
export class EmbeddedPostgres {
  readonly #options: EmbeddedOptions;
  readonly #account: Account;
  readonly #binaries: Binaries;
  #process: ChildProcess | undefined;

  constructor(options: EmbeddedOptions) {
    this.#options = options;
    this.#account = chooseAccount();
    this.#binaries = this.#account.kind === 'nobody' ? traversableCopy(findBinaries(), this.#options) : findBinaries();
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  get process(): ChildProcess | undefined {
    return this.#process;
  }

  /** Makes the cluster if there is none. */
  initialise(): void {
    const { cluster, passwordFile } = this.#options;
    if (existsSync(join(cluster, 'PG_VERSION'))) return;
    rmSync(cluster, { recursive: true, force: true });
    mkdirSync(dirname(cluster), { recursive: true, mode: 0o700 });
    const args = [
      '-D',
      cluster,
      '-U',
      'postgres',
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      '--no-locale',
    ];
    if (this.#options.fsync === 'off') args.push('--no-sync');
    const command = commandUnder(this.#account, this.#binaries.initdb, args);
    const done = spawnSync(command.file, command.args, { encoding: 'utf8' });
    if (done.status !== 0) {
      throw new SetUpError(
        `making the database folder failed: ${lastLine(done.stderr)}`,
        'check free space and permissions, then start again',
      );
    }
  }

  /** Starts the server and resolves when its socket answers. An orphan of an earlier run on this cluster is stopped first. */
  async start(): Promise<void> {
    await stopOrphan(this.#options.cluster);
    const { cluster, socketFolder, logFile } = this.#options;
    const settings = {
      listen_addresses: '',
      max_connections: String(this.#options.maxConnections ?? 200),
      fsync: this.#options.fsync ?? 'on',
      synchronous_commit: this.#options.fsync ?? 'on',
      full_page_writes: this.#options.fsync ?? 'on',
      shared_buffers: '128MB',
      // Statement text could carry ids and ciphertext; errors are told to the client, which knows what it asked.
      log_min_error_statement: 'panic',
      log_min_messages: 'warning',
      log_error_verbosity: 'terse',
      log_parameter_max_length_on_error: '0',
    };
    const args = [
      '-D',
      cluster,
      '-k',
      socketFolder,
      ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    ];
    const command = commandUnder(this.#account, this.#binaries.postgres, args);
    const deadline = Date.now() + startDeadline;
    for (;;) {
      const log = openSync(logFile, 'a', 0o600);
      // A process group of its own: a Ctrl-C at the terminal must stop the database last, not first.
      this.#process = spawn(command.file, command.args, { stdio: ['ignore', log, log], detached: true });
      closeSync(log);
      if (await this.#ready(deadline)) return;
      if (Date.now() > deadline) throw new SetUpError('the database server did not start', `read ${logFile}`);
      // After a kill -9 the old server's children need a moment to see that their parent is gone; a new one refuses until then.
      await pause(200);
    }
  }

  /** Stops the server with a checkpoint, cutting open sessions. */
  async stop(): Promise<void> {
    await this.kill('SIGINT');
  }

  /** Sends `signal` and resolves when the process is gone. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    const running = this.#process;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const gone = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
    await gone;
    this.#process = undefined;
  }

  async #ready(deadline: number): Promise<boolean> {
    while (Date.now() < deadline) {
      if (this.#process?.exitCode !== null || this.#process.signalCode !== null) return false;
      if (await answers(join(this.#options.socketFolder, '.s.PGSQL.5432'))) return true;
      await pause(20);
    }
    return false;
  }
}

async function stopOrphan(cluster: string): Promise<void> {
  const file = join(cluster, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  if (!isServerOf(pid, cluster)) return; // a crash's leftover, which PostgreSQL itself knows how to judge
  process.kill(pid, 'SIGINT');
  const deadline = Date.now() + startDeadline;
  while (isServerOf(pid, cluster)) {
    if (Date.now() > deadline)
      throw new SetUpError(`an earlier database server (process ${pid}) does not stop`, `end it with: kill -9 ${pid}`);
    await pause(20);
  }
}

function isServerOf(pid: number, cluster: string): boolean {
  if (!Number.isInteger(pid) || pid <= 1) return false;
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(cluster);
  } catch {
    return false;
  }
}

/** `nobody` may not enter the project's folder, so it gets the programs in one it can, and the cluster's parent is handed to it. */
function traversableCopy(binaries: Binaries, options: EmbeddedOptions): Binaries {
  const id = Number(readFileSync('/etc/passwd', 'utf8').match(/^nobody:[^:]*:(\d+)/m)?.[1] ?? 65534);
  const folder = mkdtempSync(join(tmpdir(), 'cloister-postgres-'));
  cpSync(binaries.native, folder, { recursive: true, verbatimSymlinks: true });
  for (const owned of [folder, dirname(options.cluster), options.socketFolder]) {
    mkdirSync(owned, { recursive: true });
    chownSync(owned, id, id);
  }
  writeFileSync(options.logFile, '', { flag: 'a' });
  chownSync(options.passwordFile, id, id);
  return { initdb: join(folder, 'bin', 'initdb'), postgres: join(folder, 'bin', 'postgres'), native: folder };
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? 'no message';
}
