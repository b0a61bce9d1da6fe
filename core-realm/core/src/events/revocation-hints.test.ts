import { openLog } from '@cloister/logging';
import { newId, type OrganisationId, type UserId } from '@cloister/wire';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Reader } from './reader.ts';
import { RevocationHints } from './revocation-hints.ts';

const kmsHost = 'kms.acme.test';
const [acme, other] = [newId<OrganisationId>(), newId<OrganisationId>()];
const [alice, guest] = [newId<UserId>(), newId<UserId>()];
let now: number;
let told: UserId[][];
let lines: string[];
let guestsOf: () => Promise<UserId[]>;
let hints: RevocationHints;

beforeEach(() => {
  now = 1_800_000_000_000;
  [told, lines] = [[], []];
  guestsOf = async () => [];
  const reader = (userId: UserId, organisationId: OrganisationId) =>
    ({ identity: { userId, organisationId } }) as unknown as Reader;
  hints = new RevocationHints({
    readers: {
      all: () => [reader(alice, acme), reader(alice, acme), reader(guest, other)],
      tell: (people) => void told.push([...people]),
    },
    servedBy: (host) => (host === kmsHost ? [acme] : [other]),
    guestsOf: () => guestsOf(),
    now: () => now,
    log: openLog({ name: 'test', destination: { write: (line: string) => void lines.push(line) } }),
  });
});
const heard = (epoch: number, host = kmsHost) => hints.heard(host, { organisationId: acme, epoch });

describe('hints of revocations', () => {
  it('are told once for all nodes of a realm, and again a minute later', async () => {
    for (let node = 0; node < 3; node += 1) await heard(1);
    expect(told).toEqual([[alice], []]);
    now += 60_000;
    await heard(1);
    expect(told).toEqual([[alice], [], [alice], []]);
  });

  it('are no more than six a minute for an organisation', async () => {
    for (let epoch = 1; epoch <= 100; epoch += 1) await heard(epoch);
    expect(told.flat()).toHaveLength(6);
    now += 60_000;
    await heard(101);
    expect(told.flat()).toHaveLength(7);
  });

  it('of another realm are not told, and do not use up what may be told', async () => {
    for (let epoch = 1; epoch <= 100; epoch += 1) await heard(epoch, 'kms.other.test');
    expect(told).toEqual([]);
    await heard(1);
    expect(told.flat()).toEqual([alice]);
  });

  it('reach the organisation when its guests cannot be looked up', async () => {
    guestsOf = () => Promise.reject(new RangeError('no database'));
    await heard(1);
    expect(told).toEqual([[alice]]);
    expect(lines.join()).toContain('keys-revoked.not-told');
  });
});
