import fc from 'fast-check';
import { expect, it } from 'vitest';
import { descriptionOf, idOf, nameOf, textOf } from './key-names.ts';

const runs = Number(process.env.CLOISTER_RUNS ?? 100);
const uuid = fc.uuid({ version: 4 });
const description = fc.record({
  purpose: fc.constantFrom('main' as const, 'channel' as const),
  label: fc.stringMatching(/^[a-z0-9:.-]{1,64}$/),
  createdAt: fc
    .date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31') })
    .map((date) => date.toISOString()),
});

it('finds in a name and a text on the token what was written there', () => {
  fc.assert(
    fc.property(uuid, uuid, description, (keyId, organisationId, told) => {
      expect(nameOf(idOf({ keyId, organisationId }))).toEqual({ keyId, organisationId });
      expect(descriptionOf(textOf(told))).toEqual(told);
    }),
    { numRuns: runs },
  );
});

it('takes nothing else on the token for a key of ours', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.string(), (id, text) => {
      if (id.length !== 32) expect(nameOf(Buffer.from(id))).toBe(null);
      expect(descriptionOf(text)).toBe(null);
    }),
    { numRuns: runs },
  );
  expect(descriptionOf('cloister upload 2026-11-22T05:00:00.000Z')).toBe(null);
  expect(descriptionOf('cloister main default 2026-11-22T05:00:00.000Z ')).toBe(null);
});
