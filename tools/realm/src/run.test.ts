import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeRoot } from '@cloister/certs';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { linkStateOf } from './link-history.ts';
import { parseAsked, run } from './run.ts';

let folder: string;
let roots: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cloister-run-'));
  roots = join(folder, 'roots.pem');
  writeFileSync(roots, (await makeRoot({ commonName: 'test', now: new Date() })).certificatePem);
});
afterEach(() => rmSync(folder, { recursive: true }));

const now = () => Date.now();
const cli = (...argv: string[]) => run(parseAsked(argv), now);
const id = '0b5e1f0e-57f5-4b4c-8a51-6f3f6a4f3c11';
const made = (name: string, ...more: string[]) =>
  cli('init', join(folder, name), '--host', 'kms.acme.example', '--organisation', id, '--roots', roots, ...more);

it('says what it would make, and makes nothing', async () => {
  const { value, lines } = await made('realm', '--dry-run');
  expect(value).toMatchObject({ dryRun: true, kmsHost: 'kms.acme.example' });
  expect(lines.at(-1)).toBe('nothing was made');
  expect(readdirSync(folder)).toEqual(['roots.pem']);
});

it('touches no folder that holds something else', async () => {
  await expect(
    cli('init', folder, '--host', 'kms.acme.example', '--organisation', id, '--roots', roots),
  ).rejects.toThrow(/something else/);
  expect(readdirSync(folder)).toEqual(['roots.pem']);
});

it.each([
  ['no host', ['--organisation', id]],
  ['an address as host', ['--host', '192.0.2.1', '--organisation', id]],
  ['no organisation', ['--host', 'kms.acme.example']],
  [
    'a password in an argument',
    [
      '--host',
      'kms.acme.example',
      '--organisation',
      id,
      '--database',
      'postgresql://kms:secret@db/kms',
      '--database-password-file',
      'x',
    ],
  ],
  [
    'a database without its password file',
    ['--host', 'kms.acme.example', '--organisation', id, '--database', 'postgresql://kms@db/kms'],
  ],
])('refuses %s, and makes nothing', async (_, given) => {
  const asked = cli('init', join(folder, 'realm'), '--roots', roots, ...given);
  await expect(asked).rejects.toThrow();
  await expect(asked).rejects.not.toThrow(/secret/);
  expect(readdirSync(folder)).toEqual(['roots.pem']);
});

it('takes no code as an argument, where everybody on the machine could read it', () => {
  expect(() => parseAsked(['join', folder, '--code', 'cloister-join-1.x'])).toThrow(
    expect.objectContaining({ name: 'SetUpError', message: 'that is no command' }),
  );
});

it('answers every other line with the usage, which quotes nothing of it', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 4 }), (argv) => {
      try {
        parseAsked(argv);
      } catch (error) {
        expect(error).toMatchObject({ name: 'SetUpError', message: 'that is no command' });
      }
    }),
    { numRuns: Number(process.env.CLOISTER_RUNS ?? 100) },
  );
});

it('reads since when a link is up or down from the log, whatever else is in it', () => {
  const log = join(folder, 'kms.log');
  const line = (event: string, time: string) => `${JSON.stringify({ level: 'info', time, event })}\n`;
  expect(linkStateOf(log)).toBeNull();
  writeFileSync(log, `not JSON\n${line('core-link.open', '2026-11-22T10:00:00.000Z')}null\n`);
  expect(linkStateOf(log)).toEqual({ isUp: true, since: '2026-11-22T10:00:00.000Z' });
  writeFileSync(log, line('core-link.closed', '2026-11-22T11:00:00.000Z') + line('other', 'x'), { flag: 'a' });
  expect(linkStateOf(log)).toEqual({ isUp: false, since: '2026-11-22T11:00:00.000Z' });
  fc.assert(
    fc.property(fc.array(fc.string()), (lines) => {
      writeFileSync(log, lines.join('\n'));
      expect(linkStateOf(log)).toBeNull();
    }),
    { numRuns: Number(process.env.CLOISTER_RUNS ?? 100) },
  );
});
