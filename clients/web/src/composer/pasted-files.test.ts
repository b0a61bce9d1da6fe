import { expect, it } from 'vitest';
import { checkFiles, largestFile, mostFiles, pastedFiles } from './pasted-files.ts';

const image = new File(['x'], 'image.png');
const files = { 0: image, length: 1, item: () => image, [Symbol.iterator]: () => [image].values() };
const clipboard = (text: string) => ({ getData: () => text, files });

it('takes a picture from the clipboard', () => {
  expect(pastedFiles(clipboard(''))).toEqual([image]);
});

it('takes the words when a picture of them lies beside them', () => {
  expect(pastedFiles(clipboard('B2: 14'))).toEqual([]);
});

it('names what is larger than 100 MiB and keeps the rest', () => {
  const sized = (name: string, size: number) => Object.defineProperty(new File([], name), 'size', { value: size });
  const { fitting, tooLarge } = checkFiles([sized('fits.bin', largestFile), sized('large.bin', largestFile + 1)], 0);
  expect(fitting.map(({ name }) => name)).toEqual(['fits.bin']);
  expect(tooLarge).toEqual(['large.bin']);
});

it('adds as many files as go with one message, and says when some were left out', () => {
  const three = ['a', 'b', 'c'].map((name) => new File([], name));
  expect(checkFiles(three, mostFiles - 3)).toMatchObject({ fitting: three, tooMany: false });
  expect(checkFiles(three, mostFiles - 2)).toMatchObject({ fitting: three.slice(0, 2), tooMany: true });
});
