import { openRealmLog } from '@cloister/logging';
import { type KmsHost, newId, type OrganisationId } from '@cloister/wire';
import { expect, it } from 'vitest';
import type { StartTimer } from '../../master-keys/revocation/start-timer.ts';
import { ReadersElsewhere } from './readers-elsewhere.ts';

const globex = 'kms.globex.example' as KmsHost;

it('waits for a key server that never answers once, and then asks it again without waiting', async () => {
  const bells: (() => void)[] = [];
  const startTimer: StartTimer = (_ms, wake) => {
    bells.push(wake);
    return () => {};
  };
  let clock = 0;
  let give: () => void = () => {};
  let asked = 0;
  const readers = new ReadersElsewhere({
    kmsHost: 'kms.acme.example' as KmsHost,
    ask: () => {
      asked += 1;
      return new Promise((_, reject) => {
        give = () => reject(new Error('the connection ended'));
      });
    },
    receiptKeyOf: () => Promise.reject(new Error('nothing was signed')),
    log: openRealmLog({ name: 'test', destination: { write: () => {} } }),
    now: () => new Date(clock),
    startTimer,
  });
  const hosts = new Map([[newId<OrganisationId>(), globex]]);

  const first = readers.of(hosts);
  expect([asked, bells.length]).toEqual([1, 1]);
  bells[0]?.();
  expect(await first).toEqual(new Map());
  expect(await readers.of(hosts)).toEqual(new Map());
  expect([asked, bells.length]).toEqual([1, 1]);

  give();
  clock = 9_999;
  await readers.of(hosts);
  expect([asked, bells.length]).toEqual([1, 1]);
});
