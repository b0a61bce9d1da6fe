import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MasterKeyOverview, MasterKeyUri, MasterKeyView, UserId } from '@cloister/wire';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseArguments } from '../arguments.ts';
import type { CommandContext } from '../command.ts';
import { diagnosisLines } from '../commands/key-diagnose.ts';
import { isConfirmed, isMeant } from '../confirm.ts';
import { changedKey } from './changed-key.ts';
import { follow, untilRevoked, untilRotated } from './follow.ts';
import { keyFilesAt, readKeyFile, readUploadFile, writeKeyFiles } from './key-files.ts';
import { historyLines, keyLines } from './key-lines.ts';
import { findKey } from './short-id.ts';

const uriOf = (start: string) => `kms://kms.acme.example/cmk/${start}-0000-4000-8000-000000000001` as MasterKeyUri;
const now = Date.parse('2026-11-22T12:00:00.000Z');
const keyOf = (start: string, more: Partial<MasterKeyView> = {}): MasterKeyView => ({
  uri: uriOf(start),
  state: 'active',
  source: 'BYOK',
  createdAt: '2026-11-10T09:00:00.000Z',
  stateUpdatedOn: '2026-11-10T09:00:00.000Z',
  check: '70d7969301d11f1279d3be216b98dbbb',
  reminder: false,
  ...more,
});
const overviewOf = (keys: MasterKeyView[], more: Partial<MasterKeyOverview> = {}): MasterKeyOverview => ({
  version: 1,
  isFrozen: false,
  head: keys[0]?.uri ?? 'default',
  keystore: 'software',
  protection: 'software',
  defaultUri: uriOf('dddddddd'),
  defaultRole: 'idle',
  principalArn: null,
  reach: { people: 12, rooms: 1 },
  keys,
  history: [],
  ...more,
});

let folder: string;
let said: string[];
let typed: string | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloister-keys-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(() => {
  said = [];
  typed = undefined;
});
const contextOf = (...argv: string[]): CommandContext => ({
  io: {
    env: {},
    folder,
    out: (line) => void said.push(line),
    err: (line) => void said.push(line),
    input: async () => '',
    ask: async () => typed,
    signal: new AbortController().signal,
  },
  args: parseArguments(argv),
  words: [],
});

describe('the list of main keys', () => {
  it('shows state, source, age, check value and progress, and whom the main key reaches', () => {
    const lines = keyLines(
      overviewOf([
        keyOf('3f2a91c0'),
        keyOf('0b1c2d3e', { state: 'rotation', rotation: { total: 40, done: 12, startedAt: '' } }),
        keyOf('aaaaaaaa', { state: 'deleted', purgeAt: '2026-12-22T12:00:00.000Z' }),
      ]),
      now,
    );
    const check = '70d7 9693 01d1 1f12 79d3 be21 6b98 dbbb';
    expect(lines).toEqual([
      'main key: 3f2a91c0; protects 12 people in 1 room; kept in software, protected by software only',
      `3f2a91c0  active    uploaded  12 days  ${check}`,
      `0b1c2d3e  rotation  uploaded  12 days  ${check}  rotated 12 of 40`,
      `aaaaaaaa  deleted   uploaded  12 days  ${check}  can be restored until 2026-12-22`,
    ]);
  });

  it('says that the main key is off, or needed and removed, or still the default one', () => {
    const head = (more: Partial<MasterKeyOverview>) => keyLines(overviewOf([keyOf('3f2a91c0')], more), now)[0];
    expect(head({ isFrozen: true })).toContain('3f2a91c0, OFF: nothing can be read or sent');
    expect(head({ head: null })).toContain('a removed key that is still needed');
    expect(head({ head: 'default' })).toContain('main key: default;');
  });

  it('shows what became of each key, newest first', () => {
    const by = '0f5a3d6e-0000-4000-8000-000000000001' as UserId;
    const event = { at: '2026-11-22T11:00:00.000Z', uri: uriOf('3f2a91c0'), from: 'active', to: 'revoked' } as const;
    expect(historyLines([{ ...event, act: 'revoke', by }])).toEqual([
      `2026-11-22 11:00:00  3f2a91c0  revoke  active -> revoked  ${by}`,
    ]);
  });
});

it('finds a key by its short id, id or uri, and says when it is none or not one', () => {
  const overview = overviewOf([keyOf('3f2a91c0'), keyOf('0b1c2d3e')]);
  const find = (wanted: string | undefined) => findKey(overview, wanted, 'cloister key revoke <id>').uri;
  for (const name of ['0b1c2d3e', '0B1C2D3E', '0b1c2d3e-0000-4000-8000-000000000001', uriOf('0b1c2d3e')]) {
    expect(find(name)).toBe(uriOf('0b1c2d3e'));
  }
  expect(() => find('0b1c')).toThrowError(expect.objectContaining({ code: 'kms/not-found' }));
  expect(() => find(undefined)).toThrowError(expect.objectContaining({ exit: 2 }));
  const twins = overviewOf([keyOf('3f2a91c0'), keyOf('3f2a91c0', { state: 'retired' })]);
  expect(() => findKey(twins, '3f2a91c0', '')).toThrowError(
    expect.objectContaining({ code: 'client/invalid-request' }),
  );
});

it('tells the key that a change made, or brought back', () => {
  const [old, made] = [keyOf('3f2a91c0'), keyOf('0b1c2d3e')];
  const rotating = keyOf('3f2a91c0', { state: 'rotation' });
  expect(changedKey(overviewOf([old]), overviewOf([made, rotating]))).toBe(made);
  expect(changedKey(overviewOf([old]), overviewOf([rotating]))).toBe(rotating);
  expect(changedKey(overviewOf([old]), overviewOf([old]))).toBeUndefined();
});

describe('what cannot simply be undone', () => {
  const planned = { act: 'revoke', id: '3f2a91c0', lines: ['12 people can read nothing'] };

  it('says its reach and is done once the key’s short id was typed', async () => {
    typed = ' 3F2A91C0\n';
    expect(await isConfirmed(contextOf(), planned)).toBe(true);
    expect(said).toEqual(planned.lines);
  });

  it('is not done for anything else, nor when nobody is there', async () => {
    typed = 'yes';
    await expect(isConfirmed(contextOf(), planned)).rejects.toMatchObject({ code: 'client/cancelled' });
    typed = undefined;
    await expect(isConfirmed(contextOf(), planned)).rejects.toMatchObject({ exit: 2 });
    await expect(isConfirmed(contextOf('--yes', '0b1c2d3e'), planned)).rejects.toMatchObject({
      code: 'client/cancelled',
    });
  });

  it('is done without asking with --yes and the id, and never with --dry-run', async () => {
    expect(await isConfirmed(contextOf('--yes', '3f2a91c0'), planned)).toBe(true);
    expect(said).toEqual([]);
    typed = '3f2a91c0';
    expect(await isConfirmed(contextOf('--yes', '3f2a91c0', '--dry-run'), planned)).toBe(false);
    expect(isMeant(contextOf('--dry-run', '--json'), planned)).toBe(false);
    expect(said.slice(0, 2)).toEqual(['nothing was changed; this would:', ...planned.lines]);
    expect(JSON.parse(said[2] ?? '')).toEqual({ dryRun: true, act: 'revoke', id: '3f2a91c0', would: planned.lines });
  });
});

describe('--wait', () => {
  const steps = (...all: MasterKeyOverview[]) => {
    const left = [...all];
    return async () => left.shift() ?? overviewOf([]);
  };
  const revoking = (acknowledged: number, effectiveAt?: string) =>
    overviewOf([
      keyOf('3f2a91c0', {
        state: 'revoked',
        revocation: {
          requestedAt: '2026-11-22T12:00:00.000Z',
          nodes: 3,
          acknowledged,
          ...(effectiveAt === undefined ? {} : { effectiveAt }),
        },
      }),
    ]);

  it('follows a revocation until no node can use the key, each step once (R045)', async () => {
    const overview = steps(revoking(1), revoking(1), revoking(2), revoking(3, '2026-11-22T12:00:01.234Z'));
    await follow(contextOf(), overview, untilRevoked(uriOf('3f2a91c0')), async () => {});
    expect(said).toEqual(['revoking 1 of 3', 'revoking 2 of 3', 'revoked after 1.2 s']);
  });

  it('follows a rotation over every key of before, the default one too', async () => {
    const left = (done: number) => ({ state: 'rotation', rotation: { total: 40, done, startedAt: '' } }) as const;
    const defaults = { defaultRole: 'rotation', defaultRotation: { total: 10, done: 5, startedAt: '' } } as const;
    const overview = steps(
      overviewOf([keyOf('3f2a91c0'), keyOf('0b1c2d3e', left(0))], defaults),
      overviewOf([keyOf('3f2a91c0'), keyOf('0b1c2d3e', left(39))]),
      overviewOf([keyOf('3f2a91c0'), keyOf('0b1c2d3e', { state: 'retired' })]),
    );
    await follow(contextOf(), overview, untilRotated, async () => {});
    expect(said).toEqual(['rotated 5 of 50', 'rotated 39 of 40', 'rotated']);
  });

  it('does not wait for keys that cannot be opened, and says how many they are', async () => {
    const left = (done: number, refused: number) => {
      const rotation = { total: 40, done, startedAt: '', refused };
      return overviewOf([keyOf('3f2a91c0'), keyOf('0b1c2d3e', { state: 'rotation', rotation })]);
    };
    await follow(contextOf(), steps(left(20, 2), left(38, 2)), untilRotated, async () => {});
    expect(said).toEqual(['rotated 20 of 40, 2 cannot be opened', 'rotated 38 of 40, 2 cannot be opened']);
    expect(keyLines(left(38, 2), now).join()).toContain('2 cannot be opened');
  });
});

describe('files of main keys', () => {
  const made = { key: new Uint8Array(32).fill(7), wrapped: new Uint8Array(384).fill(9) };

  it('are written for their owner alone, both or neither, and never over others', async () => {
    const own = await mkdtemp(join(folder, 'keys-'));
    const files = await keyFilesAt(contextOf(), own);
    await writeKeyFiles(files, made);
    for (const path of [files.key, files.upload]) expect((await stat(path)).mode & 0o777).toBe(0o600);
    await expect(writeKeyFiles(files, made)).rejects.toMatchObject({ code: 'client/storage' });
    await rm(files.key);
    await expect(writeKeyFiles(files, made)).rejects.toMatchObject({ code: 'client/storage' });
    expect(await readdir(own)).toEqual(['main-key.upload']);
  });

  it('lie beside each other when a file is named', async () => {
    const path = join(folder, 'mine.bin');
    expect(await keyFilesAt(contextOf(), 'mine.bin')).toEqual({ key: path, upload: `${path}.upload` });
  });

  it('are not taken for one another: the key itself is never sent', async () => {
    const files = await keyFilesAt(contextOf(), 'both.bin');
    await writeKeyFiles(files, made);
    expect(await readKeyFile(contextOf(), files.key)).toEqual(await readFile(files.key));
    expect(await readUploadFile(contextOf(), files.upload)).toEqual(await readFile(files.upload));
    await expect(readKeyFile(contextOf(), files.upload)).rejects.toMatchObject({ code: 'client/invalid-request' });
    await expect(readUploadFile(contextOf(), files.key)).rejects.toMatchObject({
      message: expect.stringContaining('stays with you'),
    });
    await writeFile(join(folder, 'odd'), 'x');
    await expect(readUploadFile(contextOf(), 'odd')).rejects.toMatchObject({ code: 'client/invalid-request' });
    await expect(readKeyFile(contextOf(), 'nowhere')).rejects.toMatchObject({ code: 'client/not-found' });
  });
});

describe('a key at Amazon', () => {
  const arn = 'arn:aws:kms:eu-west-1:111122223333:key/0f5a3d6e-1111-4222-8333-444455556666';
  const principalArn = 'arn:aws:iam::999988887777:user/cloister-acme';

  it('is diagnosed by ARN, state, what is missing and what to do (R079)', () => {
    const lines = diagnosisLines(
      {
        arn,
        principalArn,
        keyState: 'Enabled',
        missing: ['Decrypt'],
        fault: 'hsm/key-denied',
        reason: 'denied',
        findings: ['grant-missing'],
      },
      '1eb65fdf-9643-417f-9974-ad72cae0e10f',
    );
    expect(lines.slice(0, 5)).toEqual([
      `key:       ${arn}`,
      `principal: ${principalArn}`,
      'state:     Enabled',
      'missing:   Decrypt',
      'fault:     hsm/key-denied, denied',
    ]);
    expect(lines[5]).toMatch(/^grant-missing: .*run the command below/);
    expect(lines[6]).toBe('aws kms create-grant \\');
    const fine = diagnosisLines(
      { arn, principalArn, keyState: 'Enabled', missing: [], fault: null, findings: ['ok'] },
      '',
    );
    expect(fine.at(-1)).toBe('ok: the key can be used: nothing to do');
  });
});
