import { checkSandbox } from '@cloister/sandbox';
import { expect, it } from 'vitest';
import { canShowDocuments } from './document-pages.ts';

it('says in one line what to install where documents cannot become pages, and goes on (R340)', async () => {
  const said: string[] = [];
  const nothingInstalled = () => checkSandbox(undefined, () => false);
  expect(await canShowDocuments((line) => said.push(line), nothingInstalled)).toBe(false);
  expect(said).toEqual([
    expect.stringMatching(/^pages of documents are not available; .*apt-get install .*libreoffice/),
  ]);
});

it('says nothing where they can', async () => {
  const said: string[] = [];
  expect(
    await canShowDocuments(
      (line) => said.push(line),
      async () => {},
    ),
  ).toBe(true);
  expect(said).toEqual([]);
});
