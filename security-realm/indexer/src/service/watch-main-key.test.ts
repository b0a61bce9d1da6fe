import { CloisterError } from '@cloister/wire';
import { describe, expect, it } from 'vitest';
import { watchMainKey } from './watch-main-key.ts';

type Said = boolean | CloisterError;

/** Asks as long as there are answers; `isConfirmed` as the ring says after so many that were not. */
const watch = async (said: readonly Said[], patience: number): Promise<{ fault: unknown; confirmed: number }> => {
  const stop = new AbortController();
  const left = [...said];
  let confirmed = 0;
  let silent = 0;
  const client = {
    keysRevoked: async () => {
      const answer = left.shift();
      if (left.length === 0) queueMicrotask(() => stop.abort());
      if (typeof answer === 'boolean') return answer;
      silent += 1;
      throw answer;
    },
  };
  const keys = {
    confirm: () => {
      confirmed += 1;
      silent = 0;
    },
    get isConfirmed() {
      return silent <= patience;
    },
  };
  const fault = await watchMainKey({ client, keys, signal: stop.signal, pause: async () => {} }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { fault, confirmed };
};
const away = new CloisterError('kms/timeout');

describe('the watch on the main key (invariant 8)', () => {
  it('ends the work when the key is off', async () => {
    expect((await watch([false, true, false], 9)).fault).toMatchObject({ code: 'kms/revoked' });
  });

  it('bears with a key server that is away for a while, and no longer', async () => {
    expect(await watch([false, away, away, false, false], 2)).toEqual({ fault: undefined, confirmed: 3 });
    expect(await watch([false, away, away, away, false, false], 2)).toEqual({ fault: away, confirmed: 1 });
  });
});
