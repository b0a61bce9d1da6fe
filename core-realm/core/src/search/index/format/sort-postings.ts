import type { PostingDocument } from '@cloister/wire';
import { tokenCount } from '@cloister/wire';
import { mappedBytes, type TokenMap } from '../token-map.ts';
import { BlockWriter } from './block-writer.ts';

/** The block of a batch: its documents' tokens, mapped and sorted; a token twice in a document counts once. */
export const blockOf = (
  tokens: TokenMap,
  name: Uint8Array,
  base: number,
  documents: readonly PostingDocument[],
): { readonly block: Buffer; readonly postings: number } => {
  const mapped = Buffer.concat(documents.map((document) => tokens.map(name, document.tokens)));
  const count = mapped.length / mappedBytes;
  const high = new Uint32Array(count);
  const low = new Uint32Array(count);
  const positions = new Float64Array(count);
  let at = 0;
  for (const document of documents) {
    for (const end = at + tokenCount(document.tokens); at < end; at += 1) {
      high[at] = mapped.readUInt32BE(8 * at);
      low[at] = mapped.readUInt32BE(8 * at + 4);
      positions[at] = document.position;
    }
  }
  const half = (halves: Uint32Array, index: number) => halves[index] as number;
  const place = (index: number) => positions[index] as number;
  const order = Uint32Array.from({ length: count }, (_, index) => index).sort(
    (a, b) => half(high, a) - half(high, b) || half(low, a) - half(low, b) || place(a) - place(b),
  );
  const writer = new BlockWriter(base);
  let before = -1;
  for (const index of order) {
    const repeats =
      before >= 0 && high[before] === high[index] && low[before] === low[index] && place(before) === place(index);
    if (!repeats) writer.add(half(high, index), half(low, index), place(index));
    before = index;
  }
  return { block: writer.finish(), postings: writer.postings };
};
