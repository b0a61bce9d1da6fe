import { setImmediate as othersTurn } from 'node:timers/promises';
import { CloisterError } from '@cloister/wire';
import type { Extracted } from './extracted.ts';
import { charsetOf, isHtmlPage } from './html-page.ts';
import { htmlText } from './html-text.ts';
import { readMarkup } from './read-markup.ts';
import { TextCollector } from './text-collector.ts';
import { textEncoding } from './text-encoding.ts';

export interface PlainText {
  readonly bytes: Uint8Array;
  readonly name: string;
  readonly mimeType?: string | undefined;
  readonly characters: number;
  readonly signal?: AbortSignal | undefined;
}

const HEAD_BYTES = 4096;
const PIECE_BYTES = 128 * 1024;

/** Plain text, Markdown and the like as they are, and the text of HTML pages; in pieces, between which others have their turn. */
export async function plainText({ bytes, characters, signal, ...said }: PlainText): Promise<Extracted> {
  const head = Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString('latin1');
  const declared = /;\s*charset\s*=\s*"?([\w.:-]+)/i.exec(said.mimeType ?? '')?.[1] ?? charsetOf(head);
  const encoding = textEncoding(bytes, declared);
  if (encoding === undefined) return { unread: 'kind' };

  const decoder = new TextDecoder(encoding);
  const collector = new TextCollector(characters);
  let take = (piece: string): unknown => collector.add(piece);
  for (let at = 0; at < bytes.length && !collector.full; at += PIECE_BYTES) {
    const piece = decoder.decode(bytes.subarray(at, at + PIECE_BYTES), { stream: true });
    if (at === 0 && isHtmlPage(piece, said)) {
      const reader = readMarkup('html', htmlText(collector));
      take = (markup) => reader.write(markup);
    }
    take(piece);
    await othersTurn();
    if (signal?.aborted) throw new CloisterError('client/cancelled');
  }
  take(decoder.decode());
  return collector.finish();
}
