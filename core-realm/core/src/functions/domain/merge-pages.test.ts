import { CloisterError, newId, type WorkResult } from '@cloister/wire';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pageOf } from '../../testing/test-machine.ts';
import { mergePages, pageIdsOf, pagesOfResult } from './merge-pages.ts';

type Done = Extract<WorkResult, { state: 'done' }>;
const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);

const items = fc.array(fc.record({ scr: fc.uuid(), fileSize: fc.nat(), displayName: fc.string(), pages: fc.nat(3) }), {
  minLength: 1,
  maxLength: 6,
});
const shareOf = (files: readonly object[]) =>
  JSON.stringify({ objectType: 'content', content: 'sealed', files: { items: files, later: 1 } });
const resultOf = (files: readonly { scr: string; pages: number }[]): Done =>
  ({
    state: 'done',
    encryptionKeyUrl: 'kms://kms.acme.test/keys/1',
    object: {
      objectType: 'content',
      files: {
        items: files.map(({ scr, pages }) => ({
          objectType: 'file',
          scr,
          ...(pages === 0 ? {} : { transcodedCollection: collection(pages) }),
        })),
      },
    },
  }) as unknown as Done;
const collection = (pages: number) => ({
  items: [
    {
      objectType: 'transcodedContent',
      files: { items: Array.from({ length: pages }, () => pageOf(`http://localhost/files/v1/files/${newId()}`, 1)) },
    },
  ],
});
const codeOf = (work: () => unknown): string | undefined => {
  try {
    work();
  } catch (error) {
    if (error instanceof CloisterError) return error.code;
  }
  return undefined;
};

it('adds pages to a share and changes nothing else of it', () => {
  fc.assert(
    fc.property(items, (files) => {
      const share = shareOf(files.map(({ pages: _, ...file }) => file));
      const result = resultOf(files);
      const merged = mergePages(share, result);
      const bare = JSON.parse(merged) as { files: { items: { transcodedCollection?: unknown }[] } };
      for (const file of bare.files.items) delete file.transcodedCollection;
      expect(bare).toEqual(JSON.parse(share));
      expect(pageIdsOf(merged)).toEqual(pagesOfResult(result).map(({ id }) => id));
      expect(pageIdsOf(merged)).toHaveLength(files.reduce((sum, { pages }) => sum + pages, 0));
    }),
    { numRuns },
  );
});

it('takes no result of another share, nor one with a file more, fewer or elsewhere', () => {
  fc.assert(
    fc.property(items, items, (files, others) => {
      fc.pre(files.length !== others.length || files.some(({ scr }, index) => scr !== others[index]?.scr));
      expect(codeOf(() => mergePages(shareOf(files), resultOf(others)))).toBe('core/invalid-request');
    }),
    { numRuns },
  );
});

it('takes over no pages that the share’s author claimed', () => {
  const claimed = { scr: 'sealed', transcodedCollection: collection(1) };
  const merged = mergePages(shareOf([claimed]), resultOf([{ scr: 'sealed', pages: 0 }]));
  expect(pageIdsOf(merged)).toEqual([]);
});
