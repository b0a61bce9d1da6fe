import fc from 'fast-check';
import { expect } from 'vitest';
import { CloisterError } from '../errors/cloister-error.ts';

/** How often a property is tried; `npm run test:deep` sets more. */
export const runs = { numRuns: Number(process.env.CLOISTER_RUNS ?? 100) };

/** Any bytes, any text, any JSON document, any JSON value. */
const anything = fc.oneof(
  fc.uint8Array({ maxLength: 256 }),
  fc.string({ unit: 'binary' }),
  fc.json({ depthSize: 'medium' }),
  fc.jsonValue({ depthSize: 'medium' }),
  fc.json().map((text) => new TextEncoder().encode(text)),
);

/** Values that parsers are known to stumble over. */
const awkward = fc.constantFrom<unknown>(
  null,
  '',
  0,
  -1,
  1.5,
  2 ** 53,
  1e308,
  true,
  [],
  {},
  [null],
  '\u0000',
  '\ud800',
  'constructor',
  'kms://',
  '../..',
  'x'.repeat(70_000),
  JSON.parse('{"__proto__":{"polluted":true}}'),
);

type Step = readonly [pick: number, value: unknown];

/** A valid message with a few of its members replaced, removed or joined by others. */
const mutations = (sample: unknown) =>
  fc
    .array(fc.tuple(fc.nat(), fc.oneof(fc.jsonValue(), awkward)), { minLength: 1, maxLength: 3 })
    .map((steps) => steps.reduce<unknown>(mutate, structuredClone(sample)));

const mutate = (root: unknown, [pick, value]: Step): unknown => {
  const slots = slotsOf(root);
  const slot = slots[pick % slots.length];
  if (slot === undefined) return structuredClone(value);
  const { parent, name } = slot;
  if (pick % 7 === 0) delete parent[name];
  else put(parent, pick % 11 === 0 ? `added${pick % 3}` : name, structuredClone(value));
  return root;
};

/** Sets a member as JSON.parse does, `__proto__` too. */
const put = (parent: Record<string, unknown>, name: string, value: unknown) =>
  Object.defineProperty(parent, name, { value, enumerable: true, configurable: true, writable: true });

const slotsOf = (value: unknown): { parent: Record<string, unknown>; name: string }[] => {
  if (typeof value !== 'object' || value === null) return [];
  const parent = value as Record<string, unknown>;
  return Object.entries(parent).flatMap(([name, member]) => [{ parent, name }, ...slotsOf(member)]);
};

/**
 * Fails when the parser throws anything but a CloisterError with a `wire/` code (or the published clients' missing sealed
 * part), for any input and for valid samples with members changed; as text, as bytes and as values.
 */
export const expectTypedErrors = (parse: (input: unknown) => unknown, ...samples: unknown[]): void => {
  const changed = samples.flatMap((sample) => [mutations(sample), mutations(sample).map(asText)]);
  const inputs = fc.oneof(anything, ...changed.map((arbitrary) => ({ arbitrary, weight: 3 })));
  fc.assert(
    fc.property(inputs, (input) => {
      try {
        parse(input);
      } catch (error) {
        expect(error).toBeInstanceOf(CloisterError);
        expect((error as CloisterError).code).toMatch(/^wire\/|^core\/sealed-part-required$/);
      }
      expect(Object.prototype).not.toHaveProperty('polluted');
    }),
    runs,
  );
};

const asText = (value: unknown): unknown => JSON.stringify(value);

/** The code that a call throws. */
export const codeOf = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    if (error instanceof CloisterError) return error.code;
    throw error;
  }
  return 'nothing thrown';
};
