import { CloisterError, type DomainName, type KmsResponse, newId, type OrganisationId } from '@cloister/wire';
import { beforeEach, expect, it } from 'vitest';
import type { Client } from '../api/client.ts';
import type { KmsCall } from '../kms/key-server.ts';
import { openOutside, outsideManagement } from './open-outside.ts';
import type { OutsideManagement } from './outside-management.ts';

const globex = newId<OrganisationId>();
const policy = { mode: 'listed' as const, domains: ['globex.example' as DomainName] };
const overview = { version: 4, policy, organisations: [], peers: [] };
const reply = (): KmsResponse => ({ status: 200, requestId: 'r', cloister: { outside: overview } });

let asked: { call: KmsCall; requestId: string | undefined }[];
let answer: () => KmsResponse;
let outside: OutsideManagement;

beforeEach(() => {
  asked = [];
  answer = reply;
  outside = outsideManagement(async (call, requestId) => {
    asked.push({ call, requestId });
    return answer();
  });
});

it.each<[string, (on: OutsideManagement) => Promise<unknown>, KmsCall]>([
  ['looks', (on) => on.overview(), { method: 'retrieve', uri: '/outside' }],
  ['sets the policy', (on) => on.setPolicy(policy), { method: 'update', uri: '/outside', body: { policy } }],
  [
    'sets the policy that was decided on a version',
    (on) => on.setPolicy(policy, 4),
    { method: 'update', uri: '/outside', body: { policy, cloister: { version: 4 } } },
  ],
  ['pauses', (on) => on.pause(globex), { method: 'update', uri: `/outside/${globex}`, body: { paused: true } }],
  ['resumes', (on) => on.resume(globex), { method: 'update', uri: `/outside/${globex}`, body: { paused: false } }],
])('%s by the documented operation, and gives what holds then (R344)', async (_, act, call) => {
  expect(await act(outside)).toEqual(overview);
  expect(asked.map((each) => each.call)).toEqual([call]);
});

it('sends a change that nobody answered under the same id again, so that it is made once', async () => {
  answer = () => {
    throw new CloisterError('kms/timeout');
  };
  await expect(outside.pause(globex)).rejects.toMatchObject({ code: 'kms/timeout' });
  answer = reply;
  await outside.pause(globex);
  await outside.pause(globex);
  const ids = asked.map(({ requestId }) => requestId);
  expect(ids[0]).toBe(ids[1]);
  expect(ids[2]).not.toBe(ids[1]);
});

it('refuses an answer that says nothing of other organisations', async () => {
  answer = () => ({ status: 200, requestId: 'r', cloister: { outside: { ...overview, policy: 'all' } } });
  await expect(outside.overview()).rejects.toMatchObject({ code: 'client/unreadable' });
  answer = () => ({ status: 200, requestId: 'r' });
  await expect(outside.overview()).rejects.toMatchObject({ code: 'client/unreadable' });
});

it('opens for a client of this package alone', () => {
  expect(() => openOutside({} as Client)).toThrow(expect.objectContaining({ code: 'client/invalid-request' }));
});
