import { type DomainName, newId, type UserId } from '@cloister/wire';
import { expect, it } from 'vitest';
import type { Deployment } from '../session/session.ts';
import { manualPlatform } from '../testing/manual-platform.ts';
import { openAdministration } from './open-administration.ts';

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly token: string | null;
  readonly body: unknown;
}

const [id, other] = [newId<UserId>(), newId<UserId>()];
const at = '2026-11-22T01:00:00.000Z';

const open = (answers: readonly Response[]) => {
  const asked: Asked[] = [];
  const platform = manualPlatform((url, { method = '', headers, body }) => {
    asked.push({
      method,
      path: url.replace('https://id.example/identity/api/v1/', ''),
      token: new Headers(headers).get('authorization'),
      body: typeof body === 'string' ? JSON.parse(body) : undefined,
    });
    return answers[asked.length - 1] ?? new Response(null, { status: 404 });
  });
  const session = {
    deployment: { identity: 'https://id.example/identity' } as Deployment,
    peopleToken: async () => 'people',
    fullToken: async () => 'full',
    refused: () => {},
  };
  return { administration: openAdministration(session, { platform }), asked };
};
const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
const done = () => new Response(null, { status: 204 });

it('asks which functions are on with the people token: everybody may know (R343)', async () => {
  const items = [{ purpose: 'indexing', enabled: true, changedAt: at }];
  const { administration, asked } = open([json({ items })]);
  expect(await administration.functions()).toEqual(items);
  expect(asked).toEqual([{ method: 'GET', path: 'organisation/functions', token: 'Bearer people', body: undefined }]);
});

it('changes only with the full token, which no other server sees (R342)', async () => {
  const { administration, asked } = open([
    done(),
    json({ id }, 201),
    done(),
    json({ id }, 201),
    done(),
    done(),
    done(),
  ]);
  const publicKey = { kty: 'EC' as const, crv: 'P-256' as const, x: 'x', y: 'y' };
  await administration.setFunction('transcoding', true);
  expect(await administration.addMachine('transcoding', publicKey)).toBe(id);
  await administration.removeMachine(id as string as never);
  const opened = { reference: 'Matter', officer: id, custodians: [other], expiresAt: new Date(at) };
  expect(await administration.openCase(opened)).toBe(id);
  await administration.approveCase(id as string as never);
  await administration.closeCase(id as string as never);
  await administration.changePerson(other, { active: false });
  expect(asked.every(({ token }) => token === 'Bearer full')).toBe(true);
  expect(asked.map(({ method, path, body }) => [method, path, body])).toEqual([
    ['PUT', 'organisation/functions/transcoding', { enabled: true }],
    ['POST', 'organisation/machines', { purpose: 'transcoding', publicKey }],
    ['DELETE', `organisation/machines/${id}`, undefined],
    ['POST', 'organisation/cases', { ...opened, expiresAt: at }],
    ['POST', `organisation/cases/${id}/approval`, undefined],
    ['DELETE', `organisation/cases/${id}`, undefined],
    ['PUT', `people/${other}`, { active: false }],
  ]);
});

it('claims, proves and gives up domains with the full token', async () => {
  const acme = 'acme.test' as DomainName;
  const record = { name: '_cloister-challenge.acme.test', value: 'cloister-domain-verification=x' };
  const pending = { domain: acme, state: 'pending', claimedAt: at, record };
  const verified = { domain: acme, state: 'verified', claimedAt: at, verifiedAt: at, by: 'dns' };
  const refusal = json({ code: 'identity/domain-not-proven', title: 'Not found' }, 409);
  const answers = [json(pending, 201), refusal, json(verified), json({ items: [verified] }), done()];
  const { administration, asked } = open(answers);
  expect(await administration.claimDomain(acme)).toEqual(pending);
  await expect(administration.verifyDomain(acme)).rejects.toMatchObject({ code: 'identity/domain-not-proven' });
  expect(await administration.verifyDomain(acme)).toEqual(verified);
  expect(await administration.domains()).toEqual([verified]);
  await administration.removeDomain(acme);
  expect(asked.every(({ token }) => token === 'Bearer full')).toBe(true);
  expect(asked.map(({ method, path, body }) => [method, path, body])).toEqual([
    ['POST', 'organisation/domains', { domain: acme }],
    ['POST', 'organisation/domains/acme.test/verification', undefined],
    ['POST', 'organisation/domains/acme.test/verification', undefined],
    ['GET', 'organisation/domains', undefined],
    ['DELETE', 'organisation/domains/acme.test', undefined],
  ]);
});

it('invites somebody new and hands over their link', async () => {
  const invitation = { link: 'https://id.example/identity/invitations/x', expiresAt: at };
  const { administration, asked } = open([json(invitation, 201)]);
  const person = { name: 'Ren', email: 'ren@acme.example', roles: ['member' as const] };
  expect(await administration.invite(person)).toEqual(invitation);
  expect(asked).toEqual([{ method: 'POST', path: 'invitations', token: 'Bearer full', body: person }]);
});

it('reads all pages of people', async () => {
  const member = (who: UserId) => ({ id: who, name: 'A', email: 'a@acme.example', roles: ['member'], active: true });
  const { administration, asked } = open([json({ items: [member(id)], next: id }), json({ items: [member(other)] })]);
  expect((await administration.people()).map((each) => each.id)).toEqual([id, other]);
  expect(asked.map(({ path }) => path)).toEqual(['organisation/people', `organisation/people?after=${id}`]);
});

it('gives the refusal that identity names, and a typed error for an answer it cannot read', async () => {
  const problem = { code: 'identity/forbidden', title: 'The person may not do this' };
  await expect(open([json(problem, 403)]).administration.setFunction('dlp', true)).rejects.toMatchObject({
    code: 'identity/forbidden',
  });
  await expect(open([json({ items: 'none' })]).administration.functions()).rejects.toMatchObject({
    code: 'wire/invalid-message',
  });
  await expect(open([json({}, 201)]).administration.addMachine('dlp', {} as never)).rejects.toMatchObject({
    code: 'wire/invalid-id',
  });
});
