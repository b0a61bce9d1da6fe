import { CloisterError } from '@cloister/wire';
import { beforeEach, describe, expect, it } from 'vitest';
import { type ManualPlatform, manualPlatform, settle } from '../testing/manual-platform.ts';
import { RevocationWatch } from './revocation-watch.ts';

const minute = 60_000;
let platform: ManualPlatform;
let watch: RevocationWatch;
let isFrozen: () => boolean;
/** When the key server was asked, and when keys were forgotten, in ms since the beginning. */
let asked: number[];
let forgotten: number[];
let told: boolean[];

beforeEach(() => {
  platform = manualPlatform(() => new Response());
  const begun = platform.now();
  [asked, forgotten, told] = [[], [], []];
  isFrozen = () => false;
  watch = new RevocationWatch({
    platform,
    isFrozen: async () => {
      asked.push(platform.now() - begun);
      return isFrozen();
    },
    forget: () => forgotten.push(platform.now() - begun),
    changed: (isRevoked) => told.push(isRevoked),
  });
});

const silent = () => {
  throw new CloisterError('kms/timeout');
};

describe('the watch over the main key (docs/wires.md §12)', () => {
  it('asks when connected and every 4 minutes, and forgets nothing while the answer is that all is well', async () => {
    watch.online();
    await platform.advance(60 * minute);
    expect(asked).toEqual(Array.from({ length: 16 }, (_, at) => at * 4 * minute));
    expect([forgotten, told]).toEqual([[], []]);
  });

  it('forgets on a hint at once, and believes the key server alone that the key is off', async () => {
    watch.online();
    await settle();
    watch.hinted();
    expect(forgotten).toEqual([0]);
    await settle();
    expect([watch.isRevoked, told, asked.length]).toEqual([false, [], 2]);
    isFrozen = () => true;
    watch.hinted();
    await settle();
    expect([watch.isRevoked, told]).toEqual([true, [true]]);
  });

  it('sees by itself that the key is off without any hint, and that it is on again', async () => {
    watch.online();
    await settle();
    isFrozen = () => true;
    await platform.advance(4 * minute);
    expect([watch.isRevoked, forgotten]).toEqual([true, [4 * minute]]);
    isFrozen = () => false;
    await platform.advance(15_000);
    expect([watch.isRevoked, told]).toEqual([false, [true, false]]);
  });

  it('asks at once when something is refused, and is told that the key is off', async () => {
    watch.online();
    await settle();
    isFrozen = () => true;
    watch.refused();
    await settle();
    expect([watch.isRevoked, forgotten, told]).toEqual([true, [0], [true]]);
    watch.refused();
    await settle();
    expect([forgotten, asked]).toEqual([[0], [0, 0]]);
    isFrozen = () => false;
    await platform.advance(15_000);
    expect(watch.isRevoked).toBe(false);
  });

  it('is not turned off by a refusal in a room of another organisation, whose key is off', async () => {
    watch.online();
    await settle();
    watch.refused();
    await settle();
    expect([watch.isRevoked, forgotten, told, asked]).toEqual([false, [], [], [0, 0]]);
  });

  it('forgets after 9 minutes of silence while connected, and again after each 9 more', async () => {
    isFrozen = silent;
    watch.online();
    await platform.advance(9 * minute - 1);
    expect(forgotten).toEqual([]);
    await platform.advance(1);
    expect(forgotten).toEqual([9 * minute]);
    expect(watch.isRevoked).toBe(false);
    await platform.advance(9 * minute);
    expect(forgotten).toEqual([9 * minute, 18 * minute]);
  });

  it('counts silence over broken lines together, and time without a line not at all', async () => {
    isFrozen = silent;
    for (let turn = 0; turn < 3; turn += 1) {
      watch.online();
      await platform.advance(2.5 * minute);
      watch.offline();
      await platform.advance(60 * minute);
    }
    expect(forgotten).toEqual([]);
    watch.online();
    await platform.advance(1.5 * minute);
    expect(forgotten).toHaveLength(1);
  });

  it('asks nothing without a line', async () => {
    watch.online();
    await settle();
    watch.offline();
    await platform.advance(60 * minute);
    watch.hinted();
    await platform.advance(60 * minute);
    expect([asked, forgotten.length]).toEqual([[0], 1]);
    expect(platform.next()).toBeUndefined();
  });

  it('asks once more when a hint comes while an answer is on its way: it may be older than the hint', async () => {
    let answer: (frozen: boolean) => void = () => {};
    const slow = new RevocationWatch({
      platform,
      isFrozen: () => {
        asked.push(0);
        return new Promise((resolve) => {
          answer = resolve;
        });
      },
      forget: () => {},
      changed: (isRevoked) => told.push(isRevoked),
    });
    slow.online();
    slow.hinted();
    answer(false);
    await settle();
    expect(asked).toHaveLength(2);
    answer(true);
    await settle();
    expect(slow.isRevoked).toBe(true);
  });
});
