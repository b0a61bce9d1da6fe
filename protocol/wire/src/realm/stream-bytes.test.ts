import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CloisterError } from '../errors/cloister-error.ts';
import { newId } from '../ids.ts';
import { codeOf, runs } from '../testing/fuzz.ts';
import { other } from '../testing/samples.ts';
import { formatStreamBytes, maxStreamBytes, parseStreamBytes, writeStreamId } from './stream-bytes.ts';

const ids = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((random) => newId(() => random));

describe('bytes of a stream (wires.md §13)', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(ids, fc.uint8Array({ minLength: 1, maxLength: 2048 }), (stream, bytes) => {
        expect(parseStreamBytes(formatStreamBytes({ stream, bytes }))).toEqual({ stream, bytes });
      }),
      runs,
    );
  });

  it('are 16 bytes of id and then the bytes, which are read in place', () => {
    const frame = formatStreamBytes({ stream: other, bytes: Uint8Array.of(1, 2) });
    expect(Buffer.from(frame).toString('hex')).toBe(`${other.replaceAll('-', '')}0102`);
    const { bytes } = parseStreamBytes(frame);
    expect([bytes.buffer, bytes.byteOffset]).toEqual([frame.buffer, frame.byteOffset + 16]);
  });

  it('give a value or a wire error for any input, and change it in nothing', () => {
    const inputs = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      fc.tuple(ids, fc.uint8Array({ maxLength: 64 })).map(([stream, bytes]) => {
        const frame = new Uint8Array(16 + bytes.length);
        writeStreamId(frame, stream);
        frame.set(bytes, 16);
        return frame;
      }),
    );
    fc.assert(
      fc.property(inputs, (frame) => {
        const before = frame.slice();
        try {
          expect(formatStreamBytes(parseStreamBytes(frame))).toEqual(before);
        } catch (error) {
          expect(error).toBeInstanceOf(CloisterError);
          expect((error as CloisterError).code).toMatch(/^wire\//);
        }
        expect(frame).toEqual(before);
      }),
      runs,
    );
  });

  it('are at least one and at most 16,384', () => {
    const sized = (length: number) => codeOf(() => parseStreamBytes(new Uint8Array(16 + length).fill(0x44)));
    expect(sized(-16)).toBe('wire/invalid-message');
    expect(sized(0)).toBe('wire/invalid-message');
    expect(sized(maxStreamBytes + 1)).toBe('wire/too-large');
    expect(sized(maxStreamBytes)).toBe('wire/invalid-id');
    const written = (length: number) =>
      codeOf(() => formatStreamBytes({ stream: other, bytes: new Uint8Array(length) }));
    expect([written(0), written(maxStreamBytes), written(maxStreamBytes + 1)]).toEqual([
      'wire/invalid-message',
      'nothing thrown',
      'wire/too-large',
    ]);
  });
});
