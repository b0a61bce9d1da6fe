import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { connectionOptions } from './connection-options.ts';

it('refuses a url with a password and does not repeat it', () => {
  for (const url of ['postgresql://core:s3cret@db/core', 'postgresql://core@db/core?password=s3cret']) {
    try {
      connectionOptions({ url });
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'config/insecure' });
      expect(String((error as Error).stack)).not.toContain('s3cret');
    }
  }
});

it('reads host, port, database and user from a url', () => {
  expect(connectionOptions({ url: 'postgresql://core@db.example:6432/rooms' })).toEqual({
    host: 'db.example',
    port: 6432,
    database: 'rooms',
    user: 'core',
  });
  expect(connectionOptions({ url: 'postgresql://core@%2Frun%2Fpg/rooms' })).toMatchObject({ host: '/run/pg' });
});

it('names what is missing', () => {
  expect(() => connectionOptions({ host: '/run/pg' })).toThrow(/host, database and user/);
  expect(() => connectionOptions({ url: 'mysql://x' })).toThrow(/postgresql:\/\//);
});

it('reads the password at each connection from its file', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'cl-pw-')), 'password');
  writeFileSync(file, 'one\n', { mode: 0o600 });
  const { password } = connectionOptions({ host: 'h', database: 'd', user: 'u', credentialFile: file });
  if (typeof password !== 'function') return expect.unreachable();
  expect(password()).toBe('one');
  writeFileSync(file, 'two\n');
  expect(password()).toBe('two');
});
