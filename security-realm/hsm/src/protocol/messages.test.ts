import { CloisterError } from '@cloister/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as answers from './answers.ts';
import { encodeFrame, FRAME_LIMIT } from './frame.ts';
import { parseHsmRequest, requestIdOf } from './requests.ts';

const runs = Number(process.env.CLOISTER_RUNS ?? 100);
const { parseHsmAnswer, ...parsers } = answers;

const uuid = fc.uuid({ version: 4 });
const base64 = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((value) => Buffer.from(value).toString('base64'));
const keyName = fc.record({ keyId: uuid, organisationId: uuid });
const amazonKey = fc.record({ keyId: uuid, organisationId: uuid, arn: fc.string({ minLength: 1 }) });
const key = fc.oneof(keyName, amazonKey);
const level = fc.constantFrom('content', 'channel', 'realm');
const place = fc.record({
  organisationId: uuid,
  kekId: uuid,
  version: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  level,
  label: fc.constantFrom('secrets', 'results', '7', '2026-11-22'),
});
const id = fc.nat();
const of = (op: string, fields: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record({ id, op: fc.constant(op), ...fields });
const request = fc.oneof(
  of('ensureKey', { organisationId: uuid, purpose: fc.constantFrom('main', 'channel'), label: fc.constant('default') }),
  of('publicKey', { organisationId: uuid }),
  of('importKey', { organisationId: uuid, keyId: uuid, wrapped: fc.nat(600).chain(base64) }),
  of('check', { key: keyName }),
  of('wrap', { key, place, plaintext: base64(32) }),
  of('unwrap', { key, place, wrapped: fc.nat(6144).chain(base64) }),
  of('rewrap', {
    from: key,
    to: key,
    keks: fc.array(
      fc.record({ place, wrapped: fc.constantFrom(60, 184, 6144).chain(base64), commitment: base64(32) }),
      { minLength: 1, maxLength: 4 },
    ),
  }),
  of('describe', { key }),
  of('probe', { key: amazonKey, light: fc.boolean() }),
  of('diagnose', { key: amazonKey }),
  of('principal', { organisationId: uuid }),
  of('destroy', { key: keyName }),
);

const refused = (work: () => unknown) => expect(work).toThrow(expect.objectContaining({ code: 'hsm/invalid-request' }));

describe('requests', () => {
  it('are read as they were written, every one of wires.md §5', () => {
    fc.assert(
      fc.property(request, (value) => {
        expect(parseHsmRequest(JSON.parse(JSON.stringify(value)))).toEqual(value);
        expect(requestIdOf(value)).toBe(value.id);
      }),
      { numRuns: runs },
    );
  });

  it('with a field more, less or of another kind are refused with their number known', () => {
    const other = fc.oneof(fc.constant(undefined), fc.double({ noInteger: true }), fc.constant([]), fc.constant({}));
    fc.assert(
      fc.property(request, other, fc.nat(), (value, junk, at) => {
        const fields = Object.keys(value).filter((name) => name !== 'id' && name !== 'light');
        const changed = { ...value, [fields[at % fields.length] ?? 'op']: junk };
        refused(() => parseHsmRequest(changed));
        refused(() => parseHsmRequest({ ...value, export: true }));
        expect(requestIdOf(changed)).toBe(value.id);
      }),
      { numRuns: runs },
    );
  });

  it('for anything generic do not exist: no wrap-out, no object creation, no signing (byok.md §1.1)', () => {
    const name = {
      keyId: '11111111-1111-4111-8111-111111111111',
      organisationId: '11111111-1111-4111-8111-111111111111',
    };
    for (const op of ['export', 'wrapKey', 'createObject', 'createKey', 'sign', 'decrypt', 'addVersion', 'copy']) {
      refused(() => parseHsmRequest({ id: 1, op, key: name }));
    }
    // What Amazon keeps is never asked to be destroyed (R064), and only 32 bytes are wrapped.
    refused(() => parseHsmRequest({ id: 1, op: 'destroy', key: { ...name, arn: 'arn:aws:kms:eu-west-1:1:key/x' } }));
    const kek = { organisationId: name.organisationId, kekId: name.keyId, version: 1, level: 'content', label: '1' };
    for (const length of [0, 16, 31, 33, 64]) {
      const plaintext = Buffer.alloc(length).toString('base64');
      refused(() => parseHsmRequest({ id: 1, op: 'wrap', key: name, place: kek, plaintext }));
    }
  });
});

describe('KEKs to rewrap', () => {
  const organisationId = '11111111-1111-4111-8111-111111111111';
  const main = { keyId: organisationId, organisationId };
  const kek = {
    place: { organisationId, kekId: organisationId, version: 1, level: 'content', label: '1' },
    wrapped: Buffer.alloc(60).toString('base64'),
    commitment: Buffer.alloc(32).toString('base64'),
  };
  const asking = (keks: unknown[]) => ({ id: 1, op: 'rewrap', from: main, to: main, keks });

  it('are one at least and no more than a frame takes, each with a whole commitment', () => {
    expect(parseHsmRequest(asking(Array.from({ length: 128 }, () => kek)))).toBeTruthy();
    const many = Array.from({ length: 128 }, () => ({ ...kek, place: { ...kek.place, version: 2 ** 31 - 1 } }));
    const amazons = { ...main, arn: 'x'.repeat(2048) };
    const blobs = Array.from({ length: 7 }, () => ({ ...kek, wrapped: Buffer.alloc(6144).toString('base64') }));
    for (const request of [asking(many), { ...asking(blobs), from: amazons, to: amazons }]) {
      expect(encodeFrame(request).length).toBeLessThanOrEqual(FRAME_LIMIT + 4);
    }
    refused(() => parseHsmRequest(asking([])));
    refused(() => parseHsmRequest(asking(Array.from({ length: 129 }, () => kek))));
    for (const length of [0, 31, 33]) {
      refused(() => parseHsmRequest(asking([kek, { ...kek, commitment: Buffer.alloc(length).toString('base64') }])));
    }
  });
});

describe('every parser', () => {
  it('gives its message or a typed error for any value (R289)', () => {
    const all = [parseHsmRequest, requestIdOf, parseHsmAnswer, ...Object.values(parsers)];
    fc.assert(
      fc.property(fc.oneof(request, fc.jsonValue(), fc.anything()), (value) => {
        for (const parse of all) {
          try {
            parse(value);
          } catch (error) {
            expect(error).toBeInstanceOf(CloisterError);
          }
        }
      }),
      { numRuns: runs },
    );
  });
});
