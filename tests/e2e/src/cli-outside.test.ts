import { type Constellation, constellation } from '@cloister/testkit';
import type { OutsideOverview } from '@cloister/wire';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commandLine } from './cli/command-line.ts';

let all: Constellation;
beforeAll(async () => {
  all = await constellation();
});
afterAll(() => all?.stop());

const { cloister, done } = commandLine(() => all.data);
const grace = ['--as', 'grace@globex.example'] as const;
const overview = async () =>
  JSON.parse((await done(['outside', 'list', '--json'], 'alice'))[0] ?? '') as OutsideOverview;
const globex = async () => (await overview()).organisations.find(({ name }) => name === 'Globex');
/** The code by which a command is refused. */
const refusal = async (args: readonly string[], as?: string): Promise<unknown> => {
  const { code, err } = await cloister([...args, '--json'], as);
  expect(code).toBe(1);
  return (JSON.parse(err.trim()) as { code: unknown }).code;
};

it('shows whom the organisation met, and stops with them and goes on again at an administrator’s word (R344)', async () => {
  expect((await done(['outside', 'list'], 'alice'))[0]).toBe('your people may meet everybody');
  expect(await globex()).toBeUndefined();
  await done(['room', 'create', 'Venture', 'grace@globex.example'], 'alice');
  await done(['room', 'send', 'Venture', 'welcome'], 'alice');
  expect((await done(['room', 'history', 'Venture', ...grace])).at(-1)).toMatch(/: welcome$/);
  const met = await globex();
  expect(met).toMatchObject({ domains: ['globex.example'], kmsHost: 'kms.globex.example', rooms: 1 });
  const { peers } = await overview();
  expect(peers).toMatchObject([{ kmsHost: 'kms.globex.example', earlier: [] }]);

  const unsure = await cloister(['outside', 'pause', 'globex.example'], 'alice');
  expect([unsure.code, unsure.err]).toEqual([2, expect.stringContaining('1 room stop working with it')]);
  expect((await globex())?.paused).toBeUndefined();
  await done(['outside', 'pause', 'globex', '--yes', 'globex.example'], 'alice');
  expect((await globex())?.paused?.by).toBe(all.person('alice').id);
  expect(await refusal(['room', 'add', 'Venture', 'ken@globex.example'], 'alice')).toBe('kms/outside-not-allowed');
  expect(await refusal(['room', 'show', 'Venture', ...grace])).toBe('kms/outside-not-allowed');

  expect(await done(['outside', 'resume', 'globex.example'], 'alice')).toEqual(['globex.example  resumed']);
  await done(['room', 'send', 'Venture', 'glad to be back', ...grace]);
  expect((await done(['room', 'history', 'Venture'], 'alice')).at(-1)).toMatch(/: glad to be back$/);
  const [policy] = await done(['outside', 'policy', 'nobody', '--yes', 'nobody'], 'alice');
  expect(policy).toBe('your people may meet nobody of another organisation');
  await done(['room', 'leave', 'Venture', ...grace]);
  expect((await globex())?.rooms).toBe(0);
});

it('is for full administrators', async () => {
  expect(await refusal(['outside', 'list'], 'ben')).toBe('kms/not-authorized');
});
