import { parseKmsHost, parseKmsRequest } from '@cloister/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkSameRequest, clientDigest, fingerprint } from './fingerprint.ts';

const runs = Number(process.env.CLOISTER_RUNS ?? 100);
const host = parseKmsHost('kms.acme.example');
const frame = { client: { clientId: 'c', credential: { bearer: 'b' } } };
const print = (ask: object) => fingerprint(parseKmsRequest({ ...frame, requestId: 'r', ...ask }, host)).toString('hex');

describe('the fingerprint of a request', () => {
  const ask = { method: 'create', uri: '/keys', count: 2 };

  it('leaves out requestId, client and credential, and the order of members', () => {
    const other = { credential: { bearer: 'another' } };
    expect(print({ ...ask, requestId: 'x', client: { ...other, clientId: 'd' } })).toBe(print(ask));
    expect(print({ count: 2, uri: '/keys', method: 'create' })).toBe(print(ask));
  });

  it('differs with method, address or body', () => {
    const prints = [
      ask,
      { ...ask, count: 3 },
      { ...ask, method: 'retrieve' },
      { ...ask, uri: `kms://${host}/keys` },
      { method: 'create', uri: '/resources', keyUris: [] },
      { method: 'create', uri: '/resources', keyUris: [], userIds: ['11111111-1111-4111-8111-111111111111'] },
    ].map(print);
    expect(new Set(prints).size).toBe(prints.length);
  });

  it('is the same for every count and its copy', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 100 }), (a, b) => {
        expect(print({ ...ask, count: a }) === print({ ...ask, count: b })).toBe(a === b);
      }),
      { numRuns: runs },
    );
  });
});

describe('a requestId', () => {
  const row = { fingerprint: Buffer.alloc(32, 1), kind: 'add', roomId: 'r' } as const;

  it('goes with one request, one kind of change and one room', () => {
    expect(() => checkSameRequest(row, row)).not.toThrow();
    for (const change of [
      { fingerprint: Buffer.alloc(32, 2) },
      { fingerprint: null },
      { kind: 'message' as const },
      { roomId: null },
    ]) {
      expect(() => checkSameRequest(row, { ...row, ...change })).toThrow(
        expect.objectContaining({ code: 'kms/request-reused' }),
      );
    }
  });

  it('is counted for each device', () => {
    expect(clientDigest('a').equals(clientDigest('b'))).toBe(false);
  });
});
