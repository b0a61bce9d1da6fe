import type { DomainName, KmsHost, OrganisationId, OutsideOrganisation, OutsideOverview, UserId } from '@cloister/wire';
import { expect, it } from 'vitest';
import { stoppedLines } from '../commands/outside-policy.ts';
import { findOrganisation } from './find-organisation.ts';
import { outsideLines } from './outside-lines.ts';

const idOf = (digit: number) => `${String(digit).repeat(8)}-0000-4000-8000-000000000001` as OrganisationId;
const organisation = (digit: number, name: string, more: Partial<OutsideOrganisation> = {}): OutsideOrganisation => ({
  id: idOf(digit),
  name,
  domains: [`${name.toLowerCase()}.example` as DomainName],
  kmsHost: `kms.${name.toLowerCase()}.example` as KmsHost,
  metAt: '2026-11-20T09:00:00.000Z',
  rooms: 2,
  ...more,
});
const globex = organisation(1, 'Globex');
const paused = organisation(2, 'Initech', {
  rooms: 1,
  paused: { at: '2026-11-22T09:00:00.000Z', by: '99999999-0000-4000-8000-000000000001' as UserId },
});
const umbrella = organisation(3, 'Umbrella', { domains: [] });
const overviewOf = (more: Partial<OutsideOverview> = {}): OutsideOverview => ({
  version: 1,
  policy: { mode: 'everybody', domains: [] },
  organisations: [globex, paused, umbrella],
  peers: [],
  ...more,
});
const listed = { mode: 'listed' as const, domains: ['globex.example' as DomainName] };
const nobody = { mode: 'nobody' as const, domains: [] };

it('shows what holds, whom one met since when, and keys of key servers that were replaced', () => {
  const fingerprint = 'A'.repeat(43);
  const earlier = [{ fingerprint: 'B'.repeat(43), until: '2026-11-21T09:00:00.000Z' }];
  const at = '2026-11-20T09:00:00.000Z';
  const peers = [{ kmsHost: globex.kmsHost, fingerprint, firstSeenAt: at, seenAt: at, earlier }];
  expect(outsideLines(overviewOf({ policy: listed, peers }))).toEqual([
    'your people may meet organisations of: globex.example',
    'globex.example                        Globex    met                      2 rooms  since 2026-11-20',
    'initech.example                       Initech   paused since 2026-11-22  1 room   since 2026-11-20',
    `${umbrella.id}  Umbrella  not allowed              2 rooms  since 2026-11-20`,
    `key server kms.globex.example  ${fingerprint}  since 2026-11-20`,
    `  before: ${'B'.repeat(43)}  until 2026-11-21`,
  ]);
  expect(outsideLines(overviewOf({ organisations: [] }))).toEqual([
    'your people may meet everybody',
    'no rooms were ever shared with another organisation',
  ]);
});

it('says beforehand what a policy stops, and nothing where it stops nothing', () => {
  const stop = (each: OutsideOrganisation) =>
    `nothing is shared with ${each.domains[0] ?? each.id} any more: 2 rooms stop working with it`;
  expect(stoppedLines(overviewOf(), listed)).toEqual([stop(umbrella)]);
  expect(stoppedLines(overviewOf(), nobody)).toEqual([stop(globex), stop(umbrella)]);
  expect(stoppedLines(overviewOf({ policy: nobody }), listed)).toEqual([]);
  expect(stoppedLines(overviewOf({ policy: listed }), { mode: 'everybody', domains: [] })).toEqual([]);
});

it.each(['globex.example', 'GLOBEX.example', 'globex', idOf(1)])('finds an organisation by %j', (wanted) => {
  expect(findOrganisation(overviewOf(), wanted)).toEqual(globex);
});

it('takes an id for one that was never met, and says when a name is none or not one', () => {
  expect(findOrganisation(overviewOf(), idOf(7))).toEqual({ id: idOf(7) });
  expect(() => findOrganisation(overviewOf(), 'hooli')).toThrow(expect.objectContaining({ code: 'client/not-found' }));
  const twins = overviewOf({ organisations: [globex, organisation(4, 'Globex', { domains: [] })] });
  expect(() => findOrganisation(twins, 'Globex')).toThrow(
    expect.objectContaining({ code: 'client/invalid-request', hint: `one of: globex.example, ${idOf(4)}` }),
  );
});
