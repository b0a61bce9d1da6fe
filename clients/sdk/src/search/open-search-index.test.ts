import { expect, it } from 'vitest';
import type { Deployment } from '../session/session.ts';
import { manualPlatform } from '../testing/manual-platform.ts';
import { openSearchIndex } from './open-search-index.ts';

const numbers = { rooms: 3, indexed: 2, lagging: 1, since: '2026-11-22T01:00:00.000Z', postings: 12, bytes: 144 };
const link = (path: string) => `https://core.example/${path}`;
const serviceLinks = {
  ...{ wdm: link('wdm/api/v1'), encryption: link('encryption/api/v1') },
  ...{ conversation: link('conversation/api/v1'), files: link('files/api/v1') },
};

const open = (answer: () => Response) => {
  const asked: string[] = [];
  const platform = manualPlatform((url, { method = '', headers }) => {
    if (url.includes('/catalog')) return new Response(JSON.stringify({ serviceLinks }));
    asked.push(`${method} ${url} ${new Headers(headers).get('authorization')}`);
    return answer();
  });
  const session = {
    deployment: { catalogue: 'https://core.example/u2c/api/v1' } as Deployment,
    coreToken: async () => 'core',
    refused: () => {},
  };
  return { index: openSearchIndex(session, { platform }), asked };
};

it('tells how far the index reaches, beside the other services of the core', async () => {
  const { index, asked } = open(() => new Response(JSON.stringify(numbers)));
  expect(await index.numbers()).toEqual(numbers);
  expect(asked).toEqual(['GET https://core.example/search/v1/index Bearer core']);
});

it('deletes the index', async () => {
  const { index, asked } = open(() => new Response(null, { status: 204 }));
  await index.forget();
  expect(asked).toEqual(['DELETE https://core.example/search/v1/index Bearer core']);
});

it('says why not', async () => {
  const body = JSON.stringify({ code: 'core/forbidden', title: 'x' });
  const { index } = open(() => new Response(body, { status: 403 }));
  await expect(index.forget()).rejects.toMatchObject({ code: 'core/forbidden' });
});
