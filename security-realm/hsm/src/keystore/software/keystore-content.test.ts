import { createSecretKey } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseContent, serializeContent } from './keystore-content.ts';

const runs = Number(process.env.CLOISTER_RUNS ?? 100);

const described = {
  keyId: fc.uuid(),
  organisationId: fc.uuid(),
  purpose: fc.constantFrom('main' as const, 'channel' as const),
  label: fc.string(),
  createdAt: fc.string(),
};
const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((value) => Buffer.from(value));
const material = bytes.map((value) => createSecretKey(value));
const comparable = ({ keys }: ReturnType<typeof parseContent>) =>
  [...keys.values()].map((key) => ({ ...key, material: key.material.export().toString('hex') }));

describe('the content of a keystore file', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ ...described, material })), (list) => {
        const content = { keys: new Map(list.map((key) => [key.keyId, key])), uploadKeys: new Map() };
        expect(comparable(parseContent(serializeContent(content)))).toEqual(comparable(content));
      }),
      { numRuns: runs },
    );
  });

  it('of the former format has the first version of each key', () => {
    const former = fc.array(fc.record({ ...described, versions: fc.array(bytes, { minLength: 1, maxLength: 3 }) }));
    fc.assert(
      fc.property(former, (list) => {
        const text = list.map((key) => ({
          ...key,
          versions: key.versions.map((version) => version.toString('base64')),
        }));
        const expected = list.map(({ versions: [first], ...key }) => [
          key.keyId,
          { ...key, material: first?.toString('hex') },
        ]);
        const read = parseContent(Buffer.from(JSON.stringify(text)));
        expect(comparable(read)).toEqual([...new Map(expected as [string, object][]).values()]);
      }),
      { numRuns: runs },
    );
  });

  it('of any other kind does not open the keystore (R289)', () => {
    const almost = fc.record({
      keys: fc.array(fc.record({ ...described, material: fc.base64String() }), { minLength: 1 }),
      uploadKeys: fc.array(fc.record({ organisationId: fc.uuid(), pkcs8: fc.base64String() }), { minLength: 1 }),
    });
    const any = fc.oneof(
      fc.uint8Array().map((value) => Buffer.from(value)),
      fc.oneof(almost, fc.jsonValue()).map((value) => Buffer.from(JSON.stringify(value))),
    );
    fc.assert(
      fc.property(any, (content) => {
        if (content.toString() === '[]') return;
        expect(() => parseContent(content)).toThrow(expect.objectContaining({ code: 'hsm/keystore-locked' }));
      }),
      { numRuns: runs },
    );
  });
});
