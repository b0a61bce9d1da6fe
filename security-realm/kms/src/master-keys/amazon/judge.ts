import type { MasterKeyState } from '@cloister/wire';

/** byok.md §2.2: "2 consecutive denials >= 5 s apart". */
export const CONFIRM_MS = 5_000;
/** "prober every 60 s (jitter)". */
const ROUND_MS = 60_000;
/** "ok twice => Active again automatically". */
const GOOD_PROBES = 2;

/** What the prober remembers of a key at Amazon. */
export type Suspicion = {
  /** Since when it is denied without a verdict. */
  readonly deniedSince: Date | null;
  /** How often in a row it answered since it was off. */
  readonly goodProbes: number;
};

export type Judged = Suspicion & { readonly state: MasterKeyState; readonly unusable: string | null };

/** What Amazon said: `inUse`, that it had refused a use of the key just before. */
export type Sight =
  | { readonly seen: 'ok' }
  | { readonly seen: 'denied'; readonly reason: string; readonly inUse: boolean };

export type Judgement = Suspicion & {
  readonly verdict: 'denied' | 'ok' | null;
  /** Milliseconds until it is to be probed again. */
  readonly againMs: number;
};

/** Whether a key is known to be refused by Amazon, so that only its return is news. */
export const isOff = ({ state, unusable }: Pick<Judged, 'state' | 'unusable'>): boolean =>
  state === 'revoked-by-amazon' || unusable !== null;

/**
 * The confirm rule of byok.md §2.2. One denial is no verdict: grants are only eventually consistent, and the organisation
 * would be frozen by a glitch. `random` in [0, 1) spreads the rounds of many keys.
 */
export const judge = (key: Judged, sight: Sight, now: Date, random: () => number): Judgement => {
  const roundMs = Math.round(ROUND_MS * (0.9 + 0.2 * random()));
  const calm = { verdict: null, deniedSince: null, goodProbes: 0, againMs: roundMs };
  if (sight.seen === 'ok') {
    if (!isOff(key)) return calm;
    const goodProbes = key.goodProbes + 1;
    if (goodProbes >= GOOD_PROBES) return { ...calm, verdict: 'ok' };
    return { ...calm, goodProbes, againMs: CONFIRM_MS };
  }
  if (isOff(key)) return calm;
  const { deniedSince } = key;
  const confirmed = sight.inUse || (deniedSince !== null && now.getTime() - deniedSince.getTime() >= CONFIRM_MS);
  if (confirmed) return { ...calm, verdict: 'denied' };
  return { ...calm, deniedSince: deniedSince ?? now, againMs: CONFIRM_MS };
};
