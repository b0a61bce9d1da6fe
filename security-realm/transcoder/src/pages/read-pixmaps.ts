import { CloisterError } from '@cloister/wire';
import type { Pixmap } from './pixmap.ts';

const HEADER = /^P6\n([1-9]\d{0,4}) ([1-9]\d{0,4})\n255\n$/;
/** Longer than any header that {@link HEADER} takes. */
const HEADER_BYTES = 24;

/**
 * The pixmaps in a stream of binary PPM files, one after the other as `pdftoppm` writes them. The format leaves a
 * hostile writer nothing but the colour of pixels.
 * @see ppm(5): magic number, width, height, greatest value, a single white space, then the raster
 * @throws transcoder/failed for anything else, or a side longer than `maxSide`.
 */
export async function* readPixmaps(output: AsyncIterable<Buffer>, maxSide: number): AsyncGenerator<Pixmap> {
  let header = '';
  let page: Pixmap | undefined;
  let filled = 0;
  for await (const chunk of output) {
    let at = 0;
    while (at < chunk.length) {
      if (page === undefined) {
        header += String.fromCharCode(chunk[at++] ?? 0);
        page = startPage(header, maxSide);
      } else {
        const taken = chunk.copy(page.pixels, filled, at);
        at += taken;
        filled += taken;
      }
      if (page !== undefined && filled === page.pixels.length) {
        yield page;
        page = undefined;
        filled = 0;
        header = '';
      }
    }
  }
  if (header !== '') throw new CloisterError('transcoder/failed');
}

/** The page whose header is complete, or undefined while it is not. */
function startPage(header: string, maxSide: number): Pixmap | undefined {
  const [, width, height] = HEADER.exec(header)?.map(Number) ?? [];
  if (width === undefined || height === undefined) {
    if (header.length >= HEADER_BYTES) throw new CloisterError('transcoder/failed');
    return undefined;
  }
  if (Math.max(width, height) > maxSide) throw new CloisterError('transcoder/failed');
  return { width, height, pixels: Buffer.allocUnsafe(width * height * 3) };
}
