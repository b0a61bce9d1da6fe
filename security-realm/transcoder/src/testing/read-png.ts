import { crc32, inflateSync } from 'node:zlib';

/** A PNG's chunks and size, read strictly and without our encoder: it throws on whatever is not as the standard says. */
export function readPng(png: Uint8Array): { width: number; height: number; chunks: string[]; pixels: Buffer } {
  const bytes = Buffer.from(png);
  if (bytes.toString('hex', 0, 8) !== '89504e470d0a1a0a') throw new Error('no PNG signature');
  const chunks: string[] = [];
  const data: Buffer[] = [];
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const body = bytes.subarray(at + 4, at + 8 + length);
    if (crc32(body) !== bytes.readUInt32BE(at + 8 + length)) throw new Error('a chunk is damaged');
    chunks.push(body.toString('latin1', 0, 4));
    if (chunks.at(-1) === 'IDAT') data.push(body.subarray(4));
    at += 12 + length;
  }
  const width = bytes.readUInt32BE(16);
  const height = bytes.readUInt32BE(20);
  const rows = inflateSync(Buffer.concat(data));
  if (rows.length !== height * (width * 3 + 1)) throw new Error('the pixels do not fill the image');
  const pixels = Buffer.concat(
    Array.from({ length: height }, (_, row) => rows.subarray(row * (width * 3 + 1) + 1, (row + 1) * (width * 3 + 1))),
  );
  return { width, height, chunks, pixels };
}
