import fc from 'fast-check';
import { expect, it } from 'vitest';
import { StatusDirectory } from './status-directory.ts';
import { parseStatusSnapshot } from './status-snapshot.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
const empty = new StatusDirectory().snapshot();

it('is what a directory gives', () => {
  expect(parseStatusSnapshot(empty)).toEqual(empty);
});

it('is nothing else: any other value is null, and every snapshot restores', () => {
  const member = fc.constantFrom(...Object.keys(empty));
  const changed = fc.tuple(member, fc.jsonValue()).map(([name, value]) => ({ ...empty, [name]: value }));
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), changed), (value) => {
      const read = parseStatusSnapshot(value);
      if (read !== null) expect(StatusDirectory.restore(read).snapshot().people).toEqual(read.people);
    }),
    { numRuns },
  );
});

it.each(Object.keys(empty))('needs %s', (name) => {
  expect(parseStatusSnapshot({ ...empty, [name]: undefined })).toBeNull();
});
