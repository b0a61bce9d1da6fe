import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Io } from './io.ts';
import { run } from './run.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloister-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const cloister = async (argv: readonly string[], env: Io['env'] = {}) => {
  const [out, err]: [string[], string[]] = [[], []];
  const io: Io = {
    env: { CLOISTER_DATA: folder, ...env },
    folder,
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
    input: async () => '',
    ask: async () => undefined,
    signal: new AbortController().signal,
  };
  return { code: await run(argv, io), out, err };
};

it('begins its help with an example', async () => {
  const { code, out } = await cloister(['--help']);
  expect(code).toBe(0);
  expect(out[0]).toMatch(/^cloister room create "Plans" aoi@acme\.example --as alice@acme\.example\n/);
});

it.each([
  [[], 'error: no command'],
  [['room', 'fly'], 'error: unknown command "room fly"'],
  [['room', 'list', '--bogus'], "error: Unknown option '--bogus'"],
  [['room', 'history', 'Plans', '--limit', 'many'], 'error: --limit takes a whole number'],
  [['token'], 'error: whose token?'],
  [['room', 'create'], 'error: what is the room called?'],
  [['room', 'list'], 'error: who acts?'],
  [['room', 'people'], 'error: which room?'],
  [['function', 'list'], 'error: who acts?'],
  [['function', 'on', 'mining'], 'error: which function: indexing, transcoding, retention, ediscovery, dlp?'],
  [['machine', 'add', 'dlp'], 'error: by which public key?'],
  [['machine', 'remove', 'it'], 'error: which machine?'],
  [['case', 'open', 'Matter 17', 'ben'], 'error: who may read, as officer?'],
  [['case', 'open', 'Matter 17', '--officer', 'ben'], 'error: whose rooms may be read?'],
  [['case', 'approve'], 'error: which case?'],
  [['domain', 'claim'], 'error: which domain?'],
  [['domain', 'verify', 'localhost'], 'error: which domain?'],
  [['domain', 'remove', 'https://acme.example/'], 'error: which domain?'],
  [['domain', 'claim', 'acme.test'], 'error: who acts?'],
  [['domain', 'list'], 'error: who acts?'],
  [['people', 'deactivate'], 'error: whom?'],
  [['outside', 'list'], 'error: who acts?'],
  [['outside', 'policy'], 'error: whom may your people meet?'],
  [['outside', 'policy', 'friends'], 'error: whom may your people meet?'],
  [['outside', 'policy', 'listed', 'localhost'], 'error: "localhost" is no domain'],
  [['outside', 'policy', 'nobody', 'globex.example'], 'error: domains go with listed'],
  [['outside', 'pause'], 'error: which organisation?'],
  [['outside', 'resume'], 'error: which organisation?'],
  [['key', 'list'], 'error: who acts?'],
  [['key', 'revoke', '3f2a91c0'], 'error: who acts?'],
  [['key', 'public'], 'error: into which file?'],
  [['key', 'make'], 'error: where to?'],
  [['key', 'check'], 'error: of which file?'],
  [['key', 'upload'], 'error: which file?'],
  [['key', 'add-aws'], 'error: which key?'],
  [['key', 'rotate'], 'error: to which key?'],
])('says what is wrong with %j and how to mend it, with exit code 2', async (argv, error) => {
  const { code, out, err } = await cloister(argv);
  expect(code).toBe(2);
  expect(out).toEqual([]);
  expect(err[0]).toBe(error);
  expect(err[1]).toMatch(/^hint: /);
  expect(err).toHaveLength(2);
});

it('says where it looked for a deployment, with exit code 1', async () => {
  const { code, err } = await cloister(['doctor']);
  expect(code).toBe(1);
  expect(err).toEqual([
    `error: no running deployment in ${folder}`,
    'hint: start one with npm start, or name its folder with --data',
  ]);
});

it('tells errors as one JSON value with their code when asked', async () => {
  const { code, err } = await cloister(['room', 'list', '--json', '--as', 'alice@acme.example']);
  expect(code).toBe(1);
  expect(err.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { code: 'client/not-found', error: expect.any(String) },
  ]);
});

it('gives a typed error for an endpoints.json it cannot read, and repeats nothing of it', async () => {
  const data = await mkdtemp(join(folder, 'odd-'));
  await writeFile(join(data, 'endpoints.json'), JSON.stringify({ version: 1, people: [{ password: 'hunter2' }] }));
  const { code, err } = await cloister(['doctor', '--data', data]);
  expect(code).toBe(1);
  expect(err.join()).not.toContain('hunter2');
});

it('sends no private key anywhere, whichever file it is given', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const add = async (name: string, content: string) => {
    await writeFile(join(folder, name), content);
    return cloister(['machine', 'add', 'dlp', name, '--as', 'alice@acme.example']);
  };
  const secret = privateKey.export({ format: 'jwk' });
  const refused = await add('secret.json', JSON.stringify(secret));
  expect(refused.err[0]).toBe(`error: ${join(folder, 'secret.json')} holds a private key`);
  expect(refused.err.join()).not.toContain(String(secret.d));
  for (const text of ['', 'key', '[]', '{"kty":"RSA"}']) {
    expect((await add('odd.json', text)).err[0]).toBe(`error: ${join(folder, 'odd.json')} is no public P-256 key`);
  }
  expect((await cloister(['machine', 'add', 'dlp', 'absent.json'])).err[0]).toMatch(/^error: cannot read /);
  // A good one gets as far as the deployment.
  const good = await add('good.json', JSON.stringify(publicKey.export({ format: 'jwk' })));
  expect(good.err[0]).toMatch(/^error: no running deployment/);
});

it('ends every command line with an exit code, never with a throw', async () => {
  const word = fc.oneof(
    fc.constantFrom(
      ...['room', 'people', 'token', 'doctor', 'list', 'send', '--json', '--as', '--limit'],
      ...[
        'function',
        'on',
        'machine',
        'add',
        'case',
        'open',
        '--officer',
        '--days',
        'domain',
        'claim',
        'outside',
        'policy',
      ],
    ),
    fc.string(),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 6 }), async (argv) => {
      const { code } = await cloister(argv.filter((one) => one !== '--data'));
      expect([0, 1, 2]).toContain(code);
    }),
    { numRuns },
  );
});
