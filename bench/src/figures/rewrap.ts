import type { Constellation } from '@cloister/testkit';
import { bareTokenRewrap } from '../bare/token-rewrap.ts';
import type { Figure } from '../figure.ts';
import { openKekRealm } from '../load/kek-realm.ts';
import { openTokenHsm } from '../load/token-hsm.ts';

/** Enough that the first batch and the last, when the token waits, do not count. */
const keks = 10_000;
const bareKeks = 5_000;
const rounds = 5;

/**
 * `rewrap`: KEKs a second that a rotation moves, with its transactions, its socket and its token, against the token's bare
 * decrypt and encrypt. Both in turns, and the median of their ratios.
 */
export async function rewrapFigures(all: Constellation): Promise<Record<string, Figure>> {
  const bare = await bareTokenRewrap();
  const { hsm, close } = await openTokenHsm();
  const realm = await openKekRealm(all, hsm, keks);
  try {
    bare.rewrap(bareKeks / 4);
    const rates: { readonly ours: number; readonly bare: number }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const bareRate = await rate(bareKeks, async () => bare.rewrap(bareKeks));
      await realm.activate();
      const ours = await rate(keks, async () => {
        const moved = await realm.kms.masterKeys.rotate();
        if (moved !== keks) throw new Error(`${moved} of ${keks} KEKs were moved`);
      });
      rates.push({ ours, bare: bareRate });
    }
    const median = rates.toSorted((a, b) => a.ours / a.bare - b.ours / b.bare)[Math.floor(rounds / 2)];
    if (median === undefined) throw new Error('nothing was measured');
    const round = (value: number) => Number(value.toPrecision(4));
    const figure = { value: round(median.ours), unit: 'KEKs/s', bare: round(median.bare) };
    return { rewrap: { ...figure, ratio: round(median.ours / median.bare), goal: 0.6 } };
  } finally {
    await realm.close();
    await close();
    bare.close();
  }
}

const rate = async (count: number, work: () => Promise<void>): Promise<number> => {
  const started = performance.now();
  await work();
  return (count * 1000) / (performance.now() - started);
};
