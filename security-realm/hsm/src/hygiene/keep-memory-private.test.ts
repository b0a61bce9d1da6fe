import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { platform } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HsmProcess } from '../testing/hsm-process.ts';

let hsm: HsmProcess;

beforeEach(() => {
  hsm = new HsmProcess();
});
afterEach(() => hsm.close());

const proc = (child: ChildProcess, file: string) => readFileSync(`/proc/${child.pid}/${file}`, 'utf8');

describe('the memory of the hsm process (byok.md §5)', { timeout: 60_000 }, () => {
  it.runIf(platform() === 'linux')('goes into no core dump, however the process was started', async () => {
    for (const shell of ['ulimit -S -c unlimited 2>&-; exec "$@"', 'ulimit -c 0; exec "$@"']) {
      const child = await hsm.start(shell);
      expect(/Max core file size\s+(\S+)\s+(\S+)/.exec(proc(child, 'limits'))?.slice(1)).toEqual(['0', '0']);
      // Not even into one that a program is handed, which no limit stops.
      expect(Number.parseInt(proc(child, 'coredump_filter'), 16)).toBe(0);
      child.kill('SIGTERM');
      await new Promise((resolve) => child.once('exit', resolve));
    }
  });

  it('is shown to no debugger and written to no snapshot: it does not start so', () => {
    for (const options of [['--inspect=127.0.0.1:0'], ['--heapsnapshot-signal=SIGUSR2'], ['--heap-prof']]) {
      const ended = hsm.failing(options);
      expect(ended).toMatchObject({ status: 1, stderr: expect.stringContaining('config/insecure') });
      expect(ended.stdout).not.toContain('hsm.ready');
    }
    const ended = hsm.failing([], { NODE_OPTIONS: '--inspect=127.0.0.1:0' });
    expect(ended).toMatchObject({ status: 1, stderr: expect.stringContaining('config/insecure') });
  });

  it('is opened to no debugger by SIGUSR1', async () => {
    const child = await hsm.start('exec "$@" 2>"$(dirname "$4")/errors"');
    const client = hsm.client();
    const before = await client.principal('11111111-1111-4111-8111-111111111111');
    child.kill('SIGUSR1');
    // It was handled before these are answered: signals come first in a turn of its loop.
    for (let asked = 0; asked < 20; asked++) {
      expect(await client.principal('11111111-1111-4111-8111-111111111111')).toBe(before);
    }
    child.kill('SIGTERM');
    await new Promise((resolve) => child.once('exit', resolve));
    expect(readFileSync(`${hsm.folder}/errors`, 'utf8')).not.toMatch(/debugger|inspector/i);
  });
});
