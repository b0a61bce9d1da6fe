import { expect, it } from 'vitest';
import { identityApi } from './identity-api.ts';

interface Request {
  url: string;
  authorization: string | null;
  body: unknown;
}

function api(answers: readonly (Response | Error)[]) {
  const requests: Request[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const { headers, body } = init ?? {};
    requests.push({ url: String(input), authorization: new Headers(headers).get('authorization'), body });
    const answer = answers[requests.length - 1];
    if (answer instanceof Response) return answer;
    throw answer ?? new TypeError('no answer scripted');
  };
  const access = {
    base: 'http://id/identity',
    peopleToken: async () => 'people',
    fullToken: async () => 'full',
    fetch,
  };
  return { api: identityApi(access), requests };
}
const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
const person = (id: string) => ({ id, name: id, email: `${id}@acme.example`, roles: ['member'], active: true });

it('reads all pages of people with the full token, which no other server sees', async () => {
  const { api: asked, requests } = api([json({ items: [person('a')], next: 'a' }), json({ items: [person('b')] })]);
  expect((await asked.people()).map(({ id }) => id)).toEqual(['a', 'b']);
  expect(requests.map(({ url }) => url)).toEqual([
    'http://id/identity/api/v1/organisation/people',
    'http://id/identity/api/v1/organisation/people?after=a',
  ]);
  expect(requests.every(({ authorization }) => authorization === 'Bearer full')).toBe(true);
});

it('asks who one is with the people token', async () => {
  const { api: asked, requests } = api([json({ roles: ['member'], organisation: { id: 'o', name: 'Acme' } })]);
  expect((await asked.me()).roles).toEqual(['member']);
  expect(requests[0]?.authorization).toBe('Bearer people');
});

it('invites as a member, and as an administrator only when told so', async () => {
  const answer = () => json({ link: 'http://id/identity/invitations/x', expiresAt: '2026-11-28T00:00:00Z' }, 201);
  const { api: asked, requests } = api([answer(), answer()]);
  await asked.invite({ name: 'Ren', email: 'ren@acme.example', administrator: false });
  await asked.invite({ name: 'Ren', email: 'ren@acme.example', administrator: true });
  expect(requests.map(({ body }) => JSON.parse(String(body)).roles)).toEqual([['member'], ['member', 'full-admin']]);
});

it.each([
  [json({}, 403), 'identity/forbidden'],
  [json({}, 409), 'identity/conflict'],
  [json({}, 500), 'identity/unavailable'],
  [new TypeError('offline'), 'client/offline'],
  [json({ link: 5 }, 201), 'wire/invalid-message'],
])('answers %s with a typed error', async (answer, code) => {
  const { api: asked } = api([answer]);
  await expect(asked.invite({ name: 'Ren', email: 'ren', administrator: false })).rejects.toMatchObject({ code });
});
