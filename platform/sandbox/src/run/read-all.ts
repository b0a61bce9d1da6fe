import { CloisterError } from '@cloister/wire';

/**
 * Everything a stream says.
 * @throws transcoder/too-large when that is more than `maxBytes`.
 */
export async function readAll(output: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of output) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new CloisterError('transcoder/too-large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
