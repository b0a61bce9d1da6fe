import { CloisterError } from '@cloister/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, FRAME_LIMIT, FrameReader } from './frame.ts';

const runs = Number(process.env.CLOISTER_RUNS ?? 100);

describe('frames', () => {
  it('come out as they went in, however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue(), { maxLength: 8 }),
        fc.array(fc.nat(40), { minLength: 1 }),
        (values, cuts) => {
          const stream = Buffer.concat(values.map(encodeFrame));
          const reader = new FrameReader();
          const read: unknown[] = [];
          for (let at = 0, turn = 0; at < stream.length; turn++) {
            const size = (cuts[turn % cuts.length] ?? 0) + 1;
            read.push(...reader.push(stream.subarray(at, at + size)));
            at += size;
          }
          expect(read).toEqual(JSON.parse(JSON.stringify(values)));
        },
      ),
      { numRuns: runs },
    );
  });

  it('any bytes give values or a typed error (R289)', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 64 })), (chunks) => {
        const reader = new FrameReader();
        for (const chunk of chunks) expectTyped(() => reader.push(Buffer.from(chunk)));
      }),
      { numRuns: runs },
    );
  });

  it('refuses a frame beyond 64 KiB on its length alone', () => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(FRAME_LIMIT + 1);
    expect(() => new FrameReader().push(length)).toThrow(expect.objectContaining({ code: 'hsm/invalid-request' }));
    expect(() => encodeFrame('x'.repeat(FRAME_LIMIT))).toThrow(
      expect.objectContaining({ code: 'hsm/invalid-request' }),
    );
  });
});

const expectTyped = (work: () => unknown): void => {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(CloisterError);
  }
};
