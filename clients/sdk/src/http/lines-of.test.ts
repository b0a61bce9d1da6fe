import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linesOf } from './lines-of.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);

const streamOf = (pieces: readonly Uint8Array[], cancelled: () => void = () => {}) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
    cancel: cancelled,
  });

const all = async (lines: AsyncIterable<string>): Promise<string[]> => {
  const read: string[] = [];
  for await (const line of lines) read.push(line);
  return read;
};

const cut = (bytes: Uint8Array, at: readonly number[]): Uint8Array[] => {
  const ends = [...new Set(at.map((each) => each % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...ends].map((start, index) => bytes.slice(start, ends[index] ?? bytes.length));
};

describe('lines of an answer', () => {
  it('are the same however the bytes come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ' ').toWellFormed())),
        fc.array(fc.nat(), { maxLength: 8 }),
        async (lines, at) => {
          const bytes = new TextEncoder().encode(lines.join('\n'));
          const read = await all(linesOf(streamOf(cut(bytes, at)), () => {}));
          expect(read).toEqual(lines.filter((line) => line !== ''));
        },
      ),
      { numRuns },
    );
  });

  it('end at bytes that are no text, and for who stops listening', async () => {
    const broken = linesOf(streamOf([new Uint8Array([0x7b, 0xff, 0x0a])]), () => {});
    await expect(all(broken)).rejects.toMatchObject({ code: 'client/unreadable' });
    let isCancelled = false;
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new TextEncoder().encode('a line\n')),
      cancel: () => {
        isCancelled = true;
      },
    });
    for await (const line of linesOf(endless, () => {})) {
      expect(line).toBe('a line');
      break;
    }
    expect(isCancelled).toBe(true);
  });

  it('tells of each piece that the server still speaks', async () => {
    let pieces = 0;
    const bytes = new TextEncoder().encode('one\ntwo\n');
    await all(
      linesOf(streamOf([bytes.slice(0, 2), bytes.slice(2)]), () => {
        pieces += 1;
      }),
    );
    expect(pieces).toBe(2);
  });
});
