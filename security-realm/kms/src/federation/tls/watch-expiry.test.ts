import { Metrics } from '@cloister/health';
import { openRealmLog } from '@cloister/logging';
import { expect, it } from 'vitest';
import { watchExpiry } from './watch-expiry.ts';

const DAY_MS = 24 * 3600 * 1000;

it('says when the certificate runs out soon, once, and again when it has, and when it was renewed', async () => {
  const states: string[] = [];
  const log = openRealmLog({ name: 'kms', destination: { write: (line) => void states.push(JSON.parse(line).state) } });
  const metrics = new Metrics();
  let now = new Date('2026-11-22T08:00:00.000Z');
  let expiresAt = now.getTime() + 30 * DAY_MS;
  const credentials = {
    refresh: async () => {},
    get expiresAt() {
      return expiresAt;
    },
  };
  let look = () => {};
  let stopped = false;
  const repeat = (again: () => void) => {
    look = again;
    return () => {
      stopped = true;
    };
  };
  const stop = watchExpiry({ credentials, metrics, log, now: () => now, repeat });
  await null;
  const after = async (days: number) => {
    now = new Date(now.getTime() + days * DAY_MS);
    look();
    await null;
  };
  await after(15);
  await after(2);
  await after(1);
  expect(metrics.render()).toContain(`cloister_kms_federation_certificate_seconds ${12 * 24 * 3600}`);
  await after(13);
  expiresAt += 90 * DAY_MS;
  await after(0);
  expect(states).toEqual(['valid', 'expires-soon', 'expired', 'valid']);
  stop();
  expect(stopped).toBe(true);
});
