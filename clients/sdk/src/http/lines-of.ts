import { CloisterError } from '@cloister/wire';

/** A line of an answer is at most so long: a page of entries with their ciphertext. */
const longestLine = 16 * 1024 * 1024;

/**
 * The lines of a body as they come; `alive` is called with each piece.
 * @throws CloisterError `client/unreadable` for a line without end, or bytes that are no UTF-8
 */
export async function* linesOf(body: ReadableStream<Uint8Array>, alive: () => void): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  try {
    for await (const bytes of body) {
      alive();
      rest += decode(decoder, bytes);
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > longestLine) throw new CloisterError('client/unreadable', { detail: 'a line without end' });
      yield* lines.filter((line) => line !== '');
    }
    rest += decode(decoder);
  } finally {
    // Who stops listening lets the server stop too.
    await body.cancel().catch(() => {});
  }
  if (rest !== '') yield rest;
}

const decode = (decoder: TextDecoder, bytes?: Uint8Array): string => {
  try {
    return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
  } catch (cause) {
    throw new CloisterError('client/unreadable', { cause });
  }
};
