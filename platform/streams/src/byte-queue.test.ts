import { maxStreamBytes, streamIdBytes } from '@cloister/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteQueue } from './byte-queue.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);

const drain = (queue: ByteQueue): Buffer[] => {
  const frames: Buffer[] = [];
  for (let frame = queue.shift(); frame !== undefined; frame = queue.shift()) frames.push(frame);
  return frames;
};

describe('a queue of bytes', () => {
  it('gives what was put in, in order, in frames of 1 to 16,384 bytes with room for an id', () => {
    const sizes = fc.array(fc.oneof(fc.nat(40), fc.integer({ min: 16_000, max: 40_000 })), { maxLength: 40 });
    fc.assert(
      fc.property(sizes, fc.array(fc.nat(40), { maxLength: 10 }), (pushed, shifted) => {
        const queue = new ByteQueue();
        const frames: Buffer[] = [];
        const put: Buffer[] = [];
        pushed.forEach((size, index) => {
          const piece = Buffer.alloc(size, index);
          queue.push(piece);
          put.push(Buffer.from(piece));
          piece.fill(255);
          if (!shifted.includes(index)) return;
          const frame = queue.shift();
          if (frame !== undefined) frames.push(frame);
        });
        const given = frames.reduce((sum, { length }) => sum + length - streamIdBytes, 0);
        expect(queue.length).toBe(Buffer.concat(put).length - given);
        frames.push(...drain(queue));
        expect(queue.length).toBe(0);
        for (const { length } of frames) {
          expect(length).toBeGreaterThan(streamIdBytes);
          expect(length).toBeLessThanOrEqual(streamIdBytes + maxStreamBytes);
        }
        expect(Buffer.concat(frames.map((frame) => frame.subarray(streamIdBytes))).equals(Buffer.concat(put))).toBe(
          true,
        );
      }),
      { numRuns },
    );
  });

  it('joins small pieces that wait, so that single bytes take the memory of bytes', () => {
    const queue = new ByteQueue();
    for (let count = 0; count < 3 * maxStreamBytes; count += 1) queue.push(Uint8Array.of(count & 255));
    expect(drain(queue).map(({ length }) => length - streamIdBytes)).toEqual([
      1,
      maxStreamBytes,
      maxStreamBytes,
      maxStreamBytes - 1,
    ]);
  });

  it('is empty once cleared', () => {
    const queue = new ByteQueue();
    queue.push(new Uint8Array(50_000));
    queue.clear();
    expect([queue.length, queue.shift()]).toEqual([0, undefined]);
  });
});
