import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultSandboxLimits, type SandboxLimits } from '../limits.ts';
import { canConvert } from '../testing/can-convert.ts';
import { connectionsDuring } from '../testing/listener.ts';
import { readAll } from './read-all.ts';
import { runSandboxed } from './run-sandboxed.ts';
import { systemCallFilter } from './system-call-filter.ts';

const SECRET = 'sandbox-secret-5d1c';

interface Probe {
  readonly limits?: Partial<SandboxLimits>;
  readonly files?: ReadonlyMap<string, Uint8Array>;
  readonly signal?: AbortSignal;
}

/** What a shell script says when it is run as a converter is. */
const probe = async (script: string, { limits = {}, files = new Map(), signal }: Probe = {}): Promise<string> => {
  const command = ['/usr/bin/sh', '-c', `exec 2>&1; ${script}`];
  const run = { command, files, limits: { ...defaultSandboxLimits, ...limits }, signal };
  return (await runSandboxed(run, (output) => readAll(output, 1024 * 1024))).toString().trim();
};

/** The processes of this machine whose command line holds the mark. */
const processesWith = (mark: string): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(mark);
      } catch {
        return false;
      }
    });

describe.skipIf(!canConvert)('the sandbox, seen from inside', () => {
  it('holds no capability, no group, no way to new privileges, and a system call filter (R340)', async () => {
    const status = await probe('cat /proc/self/status; id -u; id -G');
    for (const set of ['Inh', 'Prm', 'Eff', 'Bnd', 'Amb'])
      expect(status).toMatch(new RegExp(`^Cap${set}:\\s+0{16}$`, 'm'));
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
    expect(status).toMatch(/^Seccomp:\s+2$/m);
    expect(status).toMatch(/\n65534\n65534$/);
  });

  it('is not root outside either', async () => {
    const [, , outside] = (await probe('cat /proc/self/uid_map')).split(/\s+/).map(Number);
    expect(await probe('cat /proc/self/uid_map')).toMatch(/^65534\s/);
    expect(outside).not.toBe(0);
  });

  it('has no network but a loopback of its own', async () => {
    const interfaces = await probe("sed -n 's/^ *\\([a-z0-9]*\\):.*/\\1/p' /proc/net/dev");
    expect(interfaces).toBe('lo');
    const connections = await connectionsDuring(async (port) => {
      const connect = `use IO::Socket::INET; print IO::Socket::INET->new(PeerAddr=>"127.0.0.1:${port}") ? "connected" : "no: $!"`;
      expect(await probe(`perl -e '${connect}'`)).toMatch(/^no: /);
    });
    expect(connections).toBe(0);
  });

  it('sees no file but programs, fonts and its own', async () => {
    const files = new Map([['/work/document.txt', Buffer.from('the document')]]);
    expect((await probe('ls /', { files })).split('\n')).toEqual(
      'bin dev etc lib lib64 proc tmp usr var work'.split(' '),
    );
    expect((await probe('ls /work; cat /work/document.txt', { files })).split('\n')).toEqual([
      'document.txt',
      'tmp',
      'the document',
    ]);
    expect((await probe('ls /etc')).split('\n')).toEqual(['alternatives', 'fonts', 'libreoffice']);
    expect(await probe(`cat /etc/passwd; cat ${import.meta.filename}; true`)).toMatch(
      /No such file[\s\S]*No such file/,
    );
  });

  it('can write to its scratch folder only, and only so much', async () => {
    const writable =
      'for place in / /usr/bin /etc /dev /dev/shm /var /proc; do touch $place/x && echo $place; done 2>/dev/null';
    expect(await probe(`${writable}; touch /work/x /tmp/y && ls /work /tmp`)).toBe('/tmp:\ny\n\n/work:\ntmp\nx');
    const scratchBytes = 1024 * 1024;
    const fill = 'for i in 1 2 3 4; do head -c 512k /dev/zero > /work/$i || break; done; cat /work/[1-4] | wc -c';
    expect(Number((await probe(fill, { limits: { scratchBytes } })).split('\n').at(-1))).toBeLessThanOrEqual(
      scratchBytes,
    );
  });

  it('inherits no environment, no open file and no process', async () => {
    process.env.SANDBOX_TEST_SECRET = SECRET;
    try {
      expect((await probe('env')).split('\n').toSorted()).toEqual([
        'HOME=/work',
        'LANG=C.UTF-8',
        'PATH=/usr/bin',
        'PWD=/work',
      ]);
    } finally {
      delete process.env.SANDBOX_TEST_SECRET;
    }
    // Three standard streams, and the folder that ls itself reads.
    expect((await probe('ls /proc/self/fd')).split('\n')).toEqual(['0', '1', '2', '3']);
    const everyProcess = await probe('cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ | tr "\\0" " "');
    expect(everyProcess).not.toMatch(/vitest|node/);
    expect(everyProcess).not.toContain(SECRET);
    expect(await probe('hostname')).toBe('sandbox');
  });

  it('cannot make namespaces, trace or load anything into the kernel', async () => {
    expect(await probe('unshare --user true || echo refused')).toMatch(/refused$/);
    // EPERM by the filter, where the kernel itself would complain of the arguments (EFAULT, EINVAL).
    const call = (number: number) => `perl -e 'syscall(${number}, 0, 0, 0, 0, 0); print $!+0'`;
    const ioUring = 425;
    const keyctl = process.arch === 'x64' ? 250 : 219;
    const openTree = 428;
    for (const number of [ioUring, keyctl, openTree])
      expect([number, await probe(call(number))]).toEqual([number, '1']);
  });

  it('runs only so many processes', async () => {
    const fork = `perl -e 'my @p; while (@p < 500) { my $p = fork; last unless defined $p; if (!$p) { sleep 1000 } push @p, $p } print scalar @p; kill 9, @p'`;
    const made = Number(await probe(fork, { limits: { processes: 20 } }));
    expect(made).toBeGreaterThan(5);
    expect(made).toBeLessThan(20);
  });

  it('gives a process only so much memory, time and so many files', async () => {
    const memory = { memoryBytes: 512 * 1024 * 1024 };
    expect(
      await probe(`perl -e 'my $x = "x" x (700 * 1024 * 1024); print "got it"' || echo refused`, { limits: memory }),
    ).toMatch(/refused$/);
    const open = `perl -e 'my @f; while (@f < 400 && open(my $f, "<", "/dev/null")) { push @f, $f } print scalar @f'`;
    expect(Number(await probe(open, { limits: { openFiles: 64 } }))).toBeLessThan(64);
    await expect(probe('while :; do :; done', { limits: { cpuSeconds: 1 } })).rejects.toMatchObject({
      code: 'transcoder/timed-out',
    });
  });
});

describe.skipIf(!canConvert)('what runs in the sandbox', () => {
  it('is gone when its time is up, with everything it started', async () => {
    const mark = '9173155.25';
    const script = `setsid sleep ${mark} & setsid sh -c 'sleep ${mark} & wait' & sleep ${mark}`;
    await expect(probe(script, { limits: { wallMs: 400 } })).rejects.toMatchObject({ code: 'transcoder/timed-out' });
    expect(processesWith(mark)).toEqual([]);
  });

  it('is gone when it is cancelled', async () => {
    const mark = '9173155.5';
    const cancel = new AbortController();
    const command = ['/usr/bin/sh', '-c', `echo ready; sleep ${mark}`];
    const run = { command, files: new Map(), limits: defaultSandboxLimits, signal: cancel.signal };
    const read = async (output: AsyncIterable<Buffer>) => {
      for await (const chunk of output) if (chunk.includes('ready')) cancel.abort();
    };
    await expect(runSandboxed(run, read)).rejects.toMatchObject({ code: 'client/cancelled' });
    expect(processesWith(mark)).toEqual([]);
    // Before it began, and while it begins.
    await expect(runSandboxed(run, read)).rejects.toMatchObject({ code: 'client/cancelled' });
    const early = new AbortController();
    const begun = runSandboxed({ ...run, signal: early.signal }, async (output) => readAll(output, 100));
    early.abort();
    await expect(begun).rejects.toMatchObject({ code: 'client/cancelled' });
    expect(processesWith(mark)).toEqual([]);
  });

  it('is gone when its reader has enough', async () => {
    const mark = 'nine-one-seven';
    const run = { command: ['/usr/bin/yes', mark], files: new Map(), limits: defaultSandboxLimits };
    const first = await runSandboxed(run, async (output) => {
      for await (const chunk of output) return chunk.toString('utf8', 0, mark.length);
    });
    expect(first).toBe(mark);
    expect(processesWith(mark)).toEqual([]);
    await expect(runSandboxed(run, (output) => readAll(output, 100_000))).rejects.toMatchObject({
      code: 'transcoder/too-large',
    });
    expect(processesWith(mark)).toEqual([]);
  });

  it('ends with the process that started it, even when that is killed', async () => {
    const mark = '9173155.75';
    const program = `import { runSandboxed } from ${JSON.stringify(new URL('run-sandboxed.ts', import.meta.url).href)};
      import { defaultSandboxLimits } from ${JSON.stringify(new URL('../limits.ts', import.meta.url).href)};
      const command = ['/usr/bin/sh', '-c', 'echo ready; sleep ${mark}'];
      await runSandboxed({ command, files: new Map(), limits: defaultSandboxLimits }, async (output) => {
        for await (const chunk of output) process.stdout.write(chunk);
      });`;
    const parent = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(parent.stdout, 'data');
    const before = processesWith(mark);
    parent.kill('SIGKILL');
    expect(before.length).toBeGreaterThan(1);
    await once(parent, 'close');
    // The kernel ends the sandbox after its parent, so this may take a moment; it cannot take for ever.
    await expect.poll(() => processesWith(mark), { timeout: 30_000, interval: 10 }).toEqual([]);
  });

  it('fails when its command fails, and tells nothing of what it said', async () => {
    await expect(probe('echo content of the document >&2; exit 3')).rejects.toMatchObject({
      code: 'transcoder/failed',
      message: expect.not.stringContaining('content'),
    });
  });
});

describe('the system call filter', () => {
  it('refuses a processor whose numbers it does not know', () => {
    expect(() => systemCallFilter('riscv64')).toThrow(
      expect.objectContaining({ code: 'transcoder/sandbox-unavailable' }),
    );
  });

  it('jumps to an end from everywhere', () => {
    for (const arch of ['x64', 'arm64']) {
      const filter = systemCallFilter(arch);
      const count = filter.length / 8;
      const returns = [0x7fff0000, 0x00050001];
      expect([-2, -1].map((at) => filter.readUInt32LE(filter.length + at * 8 + 4))).toEqual(returns);
      for (let index = 4; index < count - 2; index++)
        expect(index + 1 + filter.readUInt8(index * 8 + 2)).toBe(count - 1);
    }
  });
});
