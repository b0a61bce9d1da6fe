import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { readCredential } from './read-credential.ts';

const folder = mkdtempSync(join(tmpdir(), 'cl-credential-'));
const file = join(folder, 'credential');

function write(content: string | Buffer, mode = 0o600): void {
  writeFileSync(file, content);
  chmodSync(file, mode);
}

it('returns the bytes without one closing newline', () => {
  for (const [content, expected] of [
    ['s3cret', 's3cret'],
    ['s3cret\n', 's3cret'],
    ['s3cret\r\n', 's3cret'],
    ['s3cret\n\n', 's3cret\n'],
    [' s \n', ' s '],
  ] as const) {
    write(content);
    expect(readCredential(file).toString()).toBe(expected);
  }
  write(Buffer.from([0, 255, 10, 13]), 0o400);
  expect([...readCredential(file)]).toEqual([0, 255, 10, 13]);
});

it('refuses a file that anyone but its owner may use, says what to run, and does not quote it', () => {
  for (const mode of [0o640, 0o604, 0o620, 0o601, 0o644]) {
    write('s3cret', mode);
    expect(() => readCredential(file)).toThrow(`run: chmod 600 ${file}`);
    expect(() => readCredential(file)).toThrow(expect.objectContaining({ code: 'config/insecure' }));
    expect(() => readCredential(file)).not.toThrow(/s3cret/);
  }
});

it('refuses what is empty, too large, a folder or absent', () => {
  for (const content of ['', '\n', 'x'.repeat(64 * 1024 + 1)]) {
    write(content);
    expect(() => readCredential(file)).toThrow(expect.objectContaining({ code: 'config/invalid' }));
  }
  mkdirSync(join(folder, 'd'), { mode: 0o700 });
  expect(() => readCredential(join(folder, 'd'))).toThrow(/not a regular file/);
  expect(() => readCredential(join(folder, 'absent'))).toThrow(expect.objectContaining({ code: 'config/unreadable' }));
});

afterEach(() => {
  delete process.env.CREDENTIALS_DIRECTORY;
});

it('takes a file of systemd’s credentials as its service may read it, in that folder alone', () => {
  write('s3cret', 0o440);
  const isRoots = process.getuid?.() === 0;
  process.env.CREDENTIALS_DIRECTORY = folder;
  if (isRoots) expect(readCredential(file).toString()).toBe('s3cret');
  else expect(() => readCredential(file)).toThrow(expect.objectContaining({ code: 'config/insecure' }));
  for (const elsewhere of [join(folder, 'other'), tmpdir(), '', '.']) {
    process.env.CREDENTIALS_DIRECTORY = elsewhere;
    expect(() => readCredential(file)).toThrow(expect.objectContaining({ code: 'config/insecure' }));
  }
  write('s3cret', 0o444);
  process.env.CREDENTIALS_DIRECTORY = folder;
  expect(() => readCredential(file)).toThrow(expect.objectContaining({ code: 'config/insecure' }));
});

it('reads a descriptor that the process was started with, and leaves it closed', () => {
  const program = `
    import { fstatSync } from 'node:fs';
    const { readCredential } = await import(process.argv[1]);
    try {
      process.stdout.write(readCredential(process.argv[2]));
      fstatSync(3);
    } catch (error) {
      process.stdout.write(' ' + error.code);
    }`;
  /** What a process says that was started with this redirection. */
  const run = (redirected: string, source = 'fd:3') => {
    const entry = join(import.meta.dirname, 'read-credential.ts');
    const node = [process.execPath, '--input-type=module', '-e', program, entry, source];
    return execFileSync('sh', ['-c', redirected, file, ...node]).toString();
  };
  write('from a file\n');
  expect(run('exec "$@" 3<"$0"')).toBe('from a file EBADF');
  expect(run('printf piped | exec "$@" 3<&0')).toBe('piped EBADF');
  expect(run(`head -c ${64 * 1024 + 1} /dev/zero | exec "$@" 3<&0`)).toBe(' config/invalid');
  expect(run('exec "$@" 3</dev/null')).toBe(' config/invalid');
  expect(run('exec "$@" 3<"$0"', 'fd:90')).toBe(' config/unreadable');
  expect(run('exec "$@" 3<"$0"', 'fd:4')).toBe(' config/invalid');
  expect(run('exec "$@" 3<"$0"', 'fd:0')).toBe(' config/invalid');
  chmodSync(file, 0o644);
  expect(run('exec "$@" 3<"$0"')).toBe(' config/insecure');
});
