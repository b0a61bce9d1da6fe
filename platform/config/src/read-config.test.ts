import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloisterError } from '@cloister/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { readConfig } from './read-config.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
const file = join(mkdtempSync(join(tmpdir(), 'cl-config-')), 'core.json');

const schema = z.object({
  listen: z.strictObject({ socket: z.string() }),
  origins: z._default(z.array(z.string()), []),
  realms: z.optional(z.array(z.object({ kmsHost: z.string(), linkKey: z.looseObject({ kty: z.string() }) }))),
  database: z.optional(
    z.union([z.object({ url: z.url() }), z.object({ host: z.string(), port: z.int().check(z.maximum(65535)) })]),
  ),
  limits: z.optional(z.record(z.string(), z.object({ rate: z.number() }))),
});

function read(value: unknown): z.output<typeof schema> {
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
  return readConfig(['--config', file], schema);
}

function refusal(value: unknown): CloisterError {
  try {
    read(value);
  } catch (error) {
    if (error instanceof CloisterError) return error;
    throw error;
  }
  return expect.unreachable();
}

describe('readConfig', () => {
  it('returns the parsed values with their defaults', () => {
    expect(read({ listen: { socket: '/run/core.sock' } })).toEqual({
      listen: { socket: '/run/core.sock' },
      origins: [],
    });
    expect(readConfig([`--config=${file}`], schema).listen.socket).toBe('/run/core.sock');
  });

  it('names the nearest known key and the place of an unknown one', () => {
    expect(refusal({ listen: { sokcet: '/x' }, orgins: [] })).toMatchObject({
      code: 'config/unknown-key',
      detail: `${file}: unknown key "sokcet" in "listen"; did you mean "socket"?; unknown key "orgins" at the top; did you mean "origins"?`,
    });
  });

  it('finds unknown keys at any depth, in lists, records and alternatives, however lenient the schema', () => {
    const listen = { socket: '/x' };
    expect(
      refusal({
        listen,
        realms: [
          { kmsHost: 'a', linkKey: { kty: 'OKP', any: 1 } },
          { kmshost: 'b', linkKey: { kty: 'OKP' } },
        ],
      }).detail,
    ).toContain('unknown key "kmshost" in "realms[1]"; did you mean "kmsHost"?');
    expect(refusal({ listen, limits: { posts: { rat: 1 } } }).detail).toContain(
      'unknown key "rat" in "limits.posts"; did you mean "rate"?',
    );
    expect(refusal({ listen, database: { host: 'h', prot: 1 } }).detail).toContain(
      'unknown key "prot" in "database"; did you mean "port"?',
    );
    expect(refusal(`{"listen":{"socket":"/x"},"__proto__":{}}`).code).toBe('config/unknown-key');
  });

  it('says what is missing or wrong without quoting a value', () => {
    expect(refusal({}).detail).toBe(`${file}: "listen" is missing (expected object)`);
    expect(refusal({ listen: { socket: 7 } }).detail).toBe(`${file}: "listen.socket" must be string`);
    expect(refusal({ listen: { socket: '/x' }, database: { host: 'h', port: 70_000 } }).detail).toBe(
      `${file}: "database.port" must be at most 65535`,
    );
    const wrong = refusal({ listen: { socket: '/x' }, realms: [{ kmsHost: 5, linkKey: 's3cret' }] });
    expect(wrong).toMatchObject({ code: 'config/invalid' });
    expect(wrong.detail).toContain('"realms[0].kmsHost" must be string; "realms[0].linkKey" must be object');
    expect(String(wrong)).not.toContain('s3cret');
  });

  it('says how to start the server when the arguments are wrong, without quoting them', () => {
    for (const argv of [[], ['--config'], ['--conf', 'x'], ['s3cret'], ['--config', file, '--password=s3cret']]) {
      expect(() => readConfig(argv, schema)).toThrow(/node src\/main\.ts --config <file\.json>/);
      expect(() => readConfig(argv, schema)).not.toThrow(/s3cret/);
    }
  });

  it('names a file that is absent or no JSON', () => {
    expect(() => readConfig(['--config', '/absent.json'], schema)).toThrow(/cannot read \/absent\.json \(ENOENT\)/);
    expect(refusal('{"password":"s3cret",')).toMatchObject({ code: 'config/invalid' });
    expect(String(refusal('{"password":"s3cret",'))).not.toContain('s3cret');
  });

  it('answers any JSON with values or a typed error', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        writeFileSync(file, JSON.stringify(value));
        try {
          readConfig(['--config', file], schema);
        } catch (error) {
          expect(error).toBeInstanceOf(CloisterError);
        }
      }),
      { numRuns },
    );
  });
});
