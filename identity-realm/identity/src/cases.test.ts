import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { askFeed, openStatement, readFeed } from './testing/feed.ts';
import type { Ask } from './testing/http-client.ts';
import { type IdentityUnderTest, identityUnderTest, password } from './testing/identity-under-test.ts';
import { signIn } from './testing/sign-in.ts';

const base = '/identity/api/v1/organisation/cases';
const day = 24 * 60 * 60 * 1000;
const reference = 'Matter 2026-17: the Müller affair';

let identity: IdentityUnderTest;
let head: number;
const tokens = new Map<string, string>();
const [alice, hanako, bob, gina] = [
  'alice@acme.example',
  'hanako@acme.example',
  'bob@acme.example',
  'gina@globex.example',
] as const;
beforeAll(async () => {
  identity = await identityUnderTest();
  for (const email of [alice, hanako, bob, gina]) {
    tokens.set(email, (await signIn(identity.client(), email, password)).access_token);
  }
  await identity.makeAdministrator(gina);
});
afterAll(() => identity.close());
beforeEach(async () => {
  await identity.makeAdministrator(hanako);
  head = (await readFeed(identity)).head;
});

const ask = (path: string, as: string, more: Ask = {}) =>
  identity.client().ask(`${base}${path}`, { ...more, headers: { authorization: `Bearer ${tokens.get(as)}` } });
const idOf = (email: string) => identity.person(email).id;
const wanted = (change: object = {}) => ({
  reference,
  officer: idOf(alice),
  custodians: [idOf(bob)],
  expiresAt: new Date(identity.clock.ms + day).toISOString(),
  ...change,
});
const open = (change?: object, as: string = alice) => ask('', as, { json: wanted(change) });
const opened = async (change?: object): Promise<string> => (await open(change)).json().id;
const approve = (id: string, as: string = hanako) => ask(`/${id}/approval`, as, { method: 'POST' });
const close = (id: string, as: string = alice) => ask(`/${id}`, as, { method: 'DELETE' });
const news = async () => (await readFeed(identity, `after=${head}`)).entries;
const shown = async (id: string) => (await ask('', alice)).json().items.find((each: { id: string }) => each.id === id);

it('counts from the approval of a second administrator until somebody closes it; the realm hears each step (R097)', async () => {
  const answer = await open();
  expect(answer.status).toBe(201);
  const { id } = answer.json();
  const expiresAt = Math.floor((identity.clock.ms + day) / 1000);
  const { organisationId } = identity.person(alice);
  const entry = {
    kind: 'case',
    id,
    organisationId,
    officer: idOf(alice),
    custodians: [idOf(bob)],
    expiresAt,
    openedBy: idOf(alice),
  };
  expect(await news()).toEqual([{ seq: head + 1, ...entry, active: false }]);
  expect(await shown(id)).toMatchObject({ reference, state: 'awaiting-approval', openedBy: idOf(alice) });

  expect((await approve(id)).status).toBe(204);
  expect((await approve(id)).status).toBe(204);
  const approved = { ...entry, approvedBy: idOf(hanako) };
  expect((await news()).slice(1)).toEqual([{ seq: head + 2, ...approved, active: true }]);
  expect(await shown(id)).toMatchObject({ state: 'open', approvedBy: idOf(hanako) });

  expect((await close(id)).status).toBe(204);
  expect((await close(id)).status).toBe(204);
  expect((await news()).slice(2)).toEqual([{ seq: head + 3, ...approved, active: false }]);
  expect(await shown(id)).toMatchObject({ state: 'closed', closedBy: idOf(alice) });
  expect((await approve(id)).status).toBe(409);
  expect(await news()).toHaveLength(3);
});

it('is approved neither by who opened it nor by its officer nor by a custodian', async () => {
  const own = await opened({ officer: idOf(hanako) });
  expect((await approve(own, alice)).status).toBe(403);
  expect((await approve(own, hanako)).status).toBe(403);
  const about = await opened({ officer: idOf(bob), custodians: [idOf(hanako)] });
  expect((await approve(about, hanako)).status).toBe(403);
  await identity.makeAdministrator(bob, false);
  const good = await opened();
  expect((await approve(good, bob)).status).toBe(403);
  expect((await news()).every((each) => each.kind !== 'case' || !each.active)).toBe(true);
});

it('ends by itself: after that nobody approves it', async () => {
  const id = await opened({ expiresAt: new Date(identity.clock.ms + 60_000).toISOString() });
  identity.clock.ms += 60_000;
  expect(await shown(id)).toMatchObject({ state: 'expired' });
  expect((await approve(id)).status).toBe(409);
  expect((await news()).every((each) => each.kind !== 'case' || !each.active)).toBe(true);
});

it('is the business of administrators of its organisation only', async () => {
  const id = await opened();
  for (const answer of [open({}, bob), ask('', bob), approve(id, bob), close(id, bob)]) {
    expect((await answer).status).toBe(403);
  }
  for (const answer of [approve(id, gina), close(id, gina)]) expect((await answer).status).toBe(404);
  expect((await ask('', gina)).json()).toEqual({ items: [] });
  expect((await approve('nonsense')).status).toBe(400);
  expect(await news()).toHaveLength(1);
});

it('names people of the organisation, an officer who may sign in, and a time within 90 days', async () => {
  const late = new Date(identity.clock.ms + 90 * day + 1000).toISOString();
  const past = new Date(identity.clock.ms).toISOString();
  for (const wrong of [
    { officer: idOf(gina) },
    { custodians: [idOf(gina)] },
    { custodians: [idOf(alice)] },
    { custodians: [idOf(bob), idOf(bob)] },
    { custodians: [] },
    { custodians: Array(101).fill(idOf(bob)) },
    { custodians: ['c0ffee00-0000-4000-8000-000000000009'] },
    { expiresAt: late },
    { expiresAt: past },
    { expiresAt: 'tomorrow' },
    { reference: ' ' },
    { reference: 'x'.repeat(201) },
    { approvedBy: idOf(hanako) },
  ]) {
    expect((await open(wrong)).status, JSON.stringify(wrong)).toBe(400);
  }
  expect(await news()).toEqual([]);
  expect((await open({ expiresAt: new Date(identity.clock.ms + 90 * day).toISOString() })).status).toBe(201);
});

it('is approved once by many at the same moment', async () => {
  const id = await opened();
  const answers = await Promise.all([1, 2, 3, 4].map(() => approve(id)));
  expect(answers.map(({ status }) => status)).toEqual([204, 204, 204, 204]);
  expect(await news()).toHaveLength(2);
});

it('is told to its own realm only, without what it is about', async () => {
  await opened();
  expect(JSON.stringify(await news())).not.toContain('Matter');
  const elsewhere = await openStatement(
    identity,
    (await askFeed(identity, `after=${head}`, identity.realmToken('core'))).text,
  );
  expect(elsewhere).toMatchObject({ head: head + 1, entries: [] });
  expect(identity.logged.join('')).not.toContain('Matter');
});
