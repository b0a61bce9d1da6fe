import { CloisterError } from '@cloister/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPng } from '../testing/read-png.ts';
import { encodePng } from './encode-png.ts';
import type { Pixmap } from './pixmap.ts';
import { readPixmaps } from './read-pixmaps.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);

const pixmaps = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
  .chain(([width, height]) =>
    fc
      .uint8Array({ minLength: width * height * 3, maxLength: width * height * 3 })
      .map((pixels): Pixmap => ({ width, height, pixels: Buffer.from(pixels) })),
  );

const ppm = ({ width, height, pixels }: Pixmap) =>
  Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), pixels]);

async function* inPieces(bytes: Buffer, pieceBytes: number) {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

const readAll = async (bytes: Buffer, pieceBytes = 7, maxSide = 12): Promise<Pixmap[]> => {
  const pages: Pixmap[] = [];
  for await (const page of readPixmaps(inPieces(bytes, pieceBytes), maxSide)) pages.push(page);
  return pages;
};

describe('pages', () => {
  it('reads pages one after the other, in whatever pieces they come', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(pixmaps, { maxLength: 4 }), fc.integer({ min: 1, max: 600 }), async (pages, piece) => {
        expect(await readAll(Buffer.concat(pages.map(ppm)), piece)).toEqual(pages);
      }),
      { numRuns },
    );
  });

  it('takes nothing but whole pages of the allowed size', async () => {
    const page = ppm({ width: 2, height: 1, pixels: Buffer.alloc(6) });
    const hostile = [
      page.subarray(0, -1),
      Buffer.concat([page, Buffer.from('P6\n')]),
      Buffer.from('P5\n2 1\n255\n\0\0'),
      Buffer.from(`P6\n# ${'x'.repeat(40)}\n2 1\n255\n`),
      Buffer.from('P6\n0 1\n255\n'),
      Buffer.from('P6\n13 1\n255\n'),
      Buffer.from('P6\n1 99999\n255\n'),
      Buffer.from('P6\n1 1\n65535\n'),
      Buffer.from('\x89PNG\r\n\x1a\n'.padEnd(60, 'x'), 'latin1'),
    ];
    for (const bytes of hostile) {
      await expect(readAll(bytes)).rejects.toMatchObject({
        code: 'transcoder/failed',
      } satisfies Partial<CloisterError>);
    }
  });

  it('gives any bytes a typed refusal or pages', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 60 }), async (text) => {
        await readAll(Buffer.from(`P6\n${text}`)).catch((error: unknown) =>
          expect(error).toBeInstanceOf(CloisterError),
        );
      }),
      { numRuns },
    );
  });

  it('makes PNG images of the same pixels and nothing beside them', async () => {
    await fc.assert(
      fc.asyncProperty(pixmaps, async (page) => {
        const image = await encodePng(page);
        expect(readPng(image.png)).toEqual({ ...page, chunks: ['IHDR', 'IDAT', 'IEND'] });
        expect(image).toMatchObject({ width: page.width, height: page.height });
      }),
      { numRuns },
    );
  });
});
