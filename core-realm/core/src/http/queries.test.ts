import { CloisterError, newId, type RoomId } from '@cloister/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { activityRange, formatCursor, parseCursor } from './queries.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);

describe('queries', () => {
  it('give a typed range or a typed error, whatever they hold', () => {
    const names = fc.constantFrom('after', 'before', 'limit', 'sinceDate', 'maxDate', 'activitiesLimit', 'other');
    const value = fc.oneof(fc.string(), fc.nat().map(String), fc.array(fc.string()));
    fc.assert(
      fc.property(fc.dictionary(names, value), (query) => {
        try {
          const { limit, after, before } = activityRange(query);
          expect(limit >= 1 && limit <= 200).toBe(true);
          for (const position of [after, before])
            expect(position === undefined || Number.isSafeInteger(position)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(CloisterError);
        }
      }),
      { numRuns },
    );
  });

  it('hand a cursor back as it was given', () => {
    fc.assert(
      fc.property(fc.nat(), (time) => {
        const cursor = { updatedAt: new Date(time), id: newId<RoomId>() };
        expect(parseCursor({ after: formatCursor(cursor) })).toEqual(cursor);
      }),
      { numRuns },
    );
    for (const after of ['', 'x', '1.', '1.x', `-1.${newId()}`])
      expect(() => parseCursor({ after })).toThrow(CloisterError);
  });
});
