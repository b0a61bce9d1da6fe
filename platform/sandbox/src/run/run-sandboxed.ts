import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { CloisterError } from '@cloister/wire';
import type { SandboxLimits } from '../limits.ts';
import { firstDescriptor, sandboxCommand } from './sandbox-command.ts';
import { systemCallFilter } from './system-call-filter.ts';

export interface SandboxedRun {
  readonly command: readonly string[];
  /** Files placed in the sandbox before the command starts: path below the scratch folder, content. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly limits: SandboxLimits;
  /** Ends the run, and everything in it. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a command in the sandbox and gives what it writes on standard output to `read`, whose answer is the answer.
 * Once `read` has enough, or time is up, nothing of the command is left: when this returns, the sandbox is gone.
 * What it says on standard error may quote the document and is dropped.
 * @throws transcoder/timed-out, transcoder/failed, client/cancelled, transcoder/converter-missing, or what `read` throws.
 */
export async function runSandboxed<T>(
  run: SandboxedRun,
  read: (output: AsyncIterable<Buffer>) => Promise<T>,
): Promise<T> {
  const [program, ...args] = sandboxCommand({
    command: run.command,
    files: [...run.files.keys()],
    limits: run.limits,
    superuser: process.getuid?.() === 0,
  });
  const inputs = [systemCallFilter(process.arch), ...run.files.values()];
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'ignore', ...inputs.map(() => 'pipe' as const)],
    env: {},
    cwd: '/',
    detached: true,
  });
  await once(child, 'spawn').catch((cause: unknown) => {
    throw new CloisterError('transcoder/converter-missing', { cause });
  });
  return follow(child, inputs, run, read);
}

async function follow<T>(
  child: ChildProcess,
  inputs: readonly Uint8Array[],
  run: SandboxedRun,
  read: (output: AsyncIterable<Buffer>) => Promise<T>,
): Promise<T> {
  const closed = once(child, 'close');
  const output = child.stdio[1] as Readable;
  for (const [index, bytes] of inputs.entries()) give(child.stdio[firstDescriptor + index] as Writable, bytes);
  let ended: CloisterError | undefined;
  const stop = (error: CloisterError) => {
    ended ??= error;
    kill(child);
  };
  const timer = setTimeout(() => stop(new CloisterError('transcoder/timed-out')), run.limits.wallMs);
  const onAbort = () => stop(new CloisterError('client/cancelled'));
  run.signal?.addEventListener('abort', onAbort, { once: true });
  if (run.signal?.aborted) onAbort();
  try {
    const outcome = await read(output.iterator({ destroyOnReturn: false })).then(
      (value) => ({ ok: true as const, value }),
      (error: unknown) => ({ ok: false as const, error }),
    );
    const whole = output.readableEnded;
    if (!whole) kill(child);
    // Everything in the sandbox holds the other end, so it ends with the last of them.
    output.resume();
    const [code] = await closed;
    if (ended !== undefined) throw ended;
    if (whole && code !== 0) throw failure(code);
    if (!outcome.ok) throw outcome.error;
    return outcome.value;
  } finally {
    clearTimeout(timer);
    run.signal?.removeEventListener('abort', onAbort);
  }
}

/** A sandbox that ended before it read its files closes the pipe, which is told by its exit. */
function give(pipe: Writable, bytes: Uint8Array): void {
  pipe.on('error', () => undefined);
  pipe.end(bytes);
}

/** Ends bwrap's process group. The sandbox's first process dies with bwrap, and with that every process in its namespace. */
function kill(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  process.kill(-child.pid, 'SIGKILL');
}

/** 128 + SIGXCPU, as bwrap and sh pass it on. */
const OUT_OF_CPU_TIME = 152;

const failure = (code: unknown) =>
  new CloisterError(code === OUT_OF_CPU_TIME ? 'transcoder/timed-out' : 'transcoder/failed');
