import { describe, expect, it } from 'vitest';
import { docx, pdf } from '../../../../platform/sandbox/src/testing/documents.ts';
import type { Extracted } from './extracted.ts';
import { textExtractor } from './text-extractor.ts';

/** Files that are read as long as the test says. */
function slowly() {
  const begun: string[] = [];
  const finish = new Map<string, (found: Extracted | Error) => void>();
  const extract = (_: Uint8Array, { name }: { name: string }) => {
    begun.push(name);
    return new Promise<Extracted>((resolve, reject) =>
      finish.set(name, (found) => (found instanceof Error ? reject(found) : resolve(found))),
    );
  };
  return { begun, finish, extract };
}

const none = new Uint8Array();
const found: Extracted = { text: '', complete: true };
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

it('reads text where programs have no sandbox, and says of documents why not', async () => {
  const read = textExtractor({ parallel: 1, sandbox: false });
  expect(await read(Buffer.from('plain words'), { name: 'a.txt' })).toEqual({ text: 'plain words', complete: true });
  const page = pdf([{ width: 100, height: 100, text: 'a' }]);
  for (const document of [page, docx(['a'])])
    expect(await read(document, { name: 'a' })).toEqual({ unread: 'no-sandbox' });
});

describe('files that are read beside each other', () => {
  it('are as many as may be, in their order', async () => {
    const { begun, finish, extract } = slowly();
    const read = textExtractor({ parallel: 2, sandbox: true, extract });
    const all = ['a', 'b', 'c', 'd'].map((name) => read(none, { name }));
    await turn();
    expect(begun).toEqual(['a', 'b']);
    finish.get('b')?.(found);
    await turn();
    expect(begun).toEqual(['a', 'b', 'c']);
    finish.get('a')?.(new Error('broken'));
    await expect(all[0]).rejects.toThrow('broken');
    await turn();
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
    finish.get('c')?.(found);
    finish.get('d')?.(found);
    expect(await Promise.all(all.slice(1))).toEqual([found, found, found]);
  });

  it('do not wait for one whose reader left while it waited', async () => {
    const { begun, finish, extract } = slowly();
    const read = textExtractor({ parallel: 1, sandbox: true, extract });
    const leaving = new AbortController();
    const first = read(none, { name: 'first' });
    const left = read(none, { name: 'left', signal: leaving.signal });
    const last = read(none, { name: 'last' });
    leaving.abort();
    await expect(left).rejects.toMatchObject({ code: 'client/cancelled' });
    await expect(read(none, { name: 'late', signal: leaving.signal })).rejects.toMatchObject({
      code: 'client/cancelled',
    });
    finish.get('first')?.(found);
    await first;
    await turn();
    finish.get('last')?.(found);
    await last;
    expect(begun).toEqual(['first', 'last']);
  });
});
