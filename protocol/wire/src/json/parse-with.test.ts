import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { parseWith } from './parse-with.ts';

const schema = z.object({ client: z.object({ bearer: z.literal('x') }) });

it('names the member that is wrong and not what it held', () => {
  expect(() => parseWith(schema, { client: { bearer: 'hunter2' } })).toThrow(
    /^The message does not have the documented shape: member client\.bearer$/,
  );
});

it('repeats no name that came from the input', () => {
  const record = z.record(z.string(), z.number());
  expect(() => parseWith(record, { 'alice@acme.example': 'x' })).toThrow(
    /^The message does not have the documented shape$/,
  );
});
