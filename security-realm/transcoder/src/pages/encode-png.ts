import { promisify } from 'node:util';
import { crc32, deflate } from 'node:zlib';
import type { PageImage } from './page-image.ts';
import type { Pixmap } from './pixmap.ts';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const compress = promisify(deflate);

/**
 * A pixmap as PNG with the three chunks that must be there and no other, so that nothing but pixels leaves with it.
 * @see PNG (third edition) 5.3 (chunk layout), 9 (filtering: none), 11.2 (IHDR, IDAT, IEND)
 */
export async function encodePng({ width, height, pixels }: Pixmap): Promise<PageImage> {
  const rowBytes = width * 3;
  const rows = Buffer.alloc(height * (rowBytes + 1));
  for (let row = 0; row < height; row++) {
    pixels.copy(rows, row * (rowBytes + 1) + 1, row * rowBytes, (row + 1) * rowBytes);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // 8 bits a sample, colour type 2 (RGB); compression, filter method and interlace 0.
  header.set([8, 2, 0, 0, 0], 8);
  const png = [SIGNATURE, chunk('IHDR', header), chunk('IDAT', await compress(rows)), chunk('IEND', Buffer.alloc(0))];
  return { png: Buffer.concat(png), width, height };
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
