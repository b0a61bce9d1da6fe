import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
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
