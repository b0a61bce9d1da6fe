import type { Constellation } from '@cloister/testkit';
import { type Figure, limitFigure } from '../figure.ts';
import { openAsker, openKey } from '../load/asker.ts';
import { until } from '../load/drive.ts';
import { mainKeyAdministrator } from '../load/main-key.ts';

const rounds = 5;

/**
 * `revocation`: seconds from the administrator's request until every node is known to have forgotten the organisation's
 * KEKs, and refuses who asks. The slowest of some rounds.
 */
export async function revocationFigures(all: Constellation): Promise<Record<string, Figure>> {
  const [alice, ben] = [await openAsker(all, 'alice'), await openAsker(all, 'ben')];
  const administrator = mainKeyAdministrator(alice);
  const { retrieve } = await openKey(ben);
  const uri = await administrator.upload();
  const taken: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const started = performance.now();
    await administrator.become(uri, 'REVOKED');
    await until(async () => (await administrator.overview()).keys.some(({ revocation }) => revocation?.effectiveAt));
    const { status } = await retrieve();
    taken.push(performance.now() - started);
    if (status !== 405) throw new Error(`a key of a revoked main key was answered with ${status}`);
    await administrator.become(uri, 'ACTIVE');
  }
  await administrator.become('default', 'ACTIVE');
  for (const each of [alice, ben]) each.close();
  return { revocation: limitFigure(Math.max(...taken) / 1000, 5, 's, slowest') };
}
