import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkModeration } from './moderation.ts';

const runs = Number(process.env.CLOISTER_RUNS ?? 100);
const person = (...ids: string[]) => fc.constantFrom(...ids);
const list = fc.uniqueArray(fc.record({ subjectId: person('a', 'b', 'c', 'd'), moderator: fc.boolean() }), {
  selector: ({ subjectId }) => subjectId,
});

it('lets everybody change a list without moderators, and moderators alone any other (R447)', () => {
  fc.assert(
    fc.property(list, person('a', 'b', 'c', 'd', 'e'), (people, personId) => {
      const moderators = people.filter(({ moderator }) => moderator).map(({ subjectId }) => subjectId);
      const check = () => checkModeration(people, personId);
      if (moderators.length === 0 || moderators.includes(personId)) expect(check).not.toThrow();
      else expect(check).toThrow(expect.objectContaining({ code: 'kms/moderators-only' }));
    }),
    { numRuns: runs },
  );
});
