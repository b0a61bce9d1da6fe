import type { Constellation } from '@cloister/testkit';
import type { Figure } from '../figure.ts';
import { openRetrievalRealm } from '../load/retrieval-realm.ts';
import { percentile } from '../measure/percentile.ts';

const rounds = 40;
/** Retrievals in a row at one key server, then as many at the other. */
const slice = 20;

/**
 * `key-retrieval-token`: the median time of a key retrieval whose KEK is in memory, at a key server whose main keys are in a
 * token, against one with the software keystore. No main key is asked, so where it is makes no difference.
 */
export async function tokenRetrievalFigures(all: Constellation): Promise<Record<string, Figure>> {
  const realms = {
    software: await openRetrievalRealm(all, 'software'),
    token: await openRetrievalRealm(all, 'SoftHSM'),
  };
  try {
    const times: Record<keyof typeof realms, number[]> = { software: [], token: [] };
    for (let round = 0; round < rounds; round += 1) {
      for (const [kind, { retrieve }] of Object.entries(realms) as [keyof typeof realms, typeof realms.token][]) {
        for (let done = 0; done < slice; done += 1) {
          const started = performance.now();
          await retrieve();
          // The first rounds are compilation.
          if (round >= rounds / 4) times[kind].push(performance.now() - started);
        }
      }
    }
    const [value, bare] = [times.token, times.software].map((each) => Number(percentile(each, 0.5).toPrecision(4))) as [
      number,
      number,
    ];
    const ratio = Number((bare / value).toPrecision(4));
    return { 'key-retrieval-token': { value, unit: 'ms, median', bare, ratio, goal: 0.9 } };
  } finally {
    for (const realm of Object.values(realms)) await realm.close();
  }
}
