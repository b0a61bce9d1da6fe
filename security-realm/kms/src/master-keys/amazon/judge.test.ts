import { describe, expect, it } from 'vitest';
import { type Judged, judge } from './judge.ts';

const at = (ms: number) => new Date(Date.parse('2026-11-22T12:00:00Z') + ms);
const active: Judged = { state: 'active', unusable: null, deniedSince: null, goodProbes: 0 };
const off: Judged = { ...active, state: 'revoked-by-amazon' };
const denied = (inUse = false) => ({ seen: 'denied', reason: 'disabled', inUse }) as const;
const ok = { seen: 'ok' } as const;
const half = () => 0.5;

describe('what Amazon says of a key (R076)', () => {
  it('takes one denial for a glitch, and looks again at once', () => {
    expect(judge(active, denied(), at(0), half)).toEqual({
      verdict: null,
      deniedSince: at(0),
      goodProbes: 0,
      againMs: 5_000,
    });
  });

  it('believes two denials five seconds apart, not sooner', () => {
    const suspected = { ...active, deniedSince: at(0) };
    expect(judge(suspected, denied(), at(4_999), half)).toMatchObject({ verdict: null, deniedSince: at(0) });
    expect(judge(suspected, denied(), at(5_000), half)).toMatchObject({ verdict: 'denied', deniedSince: null });
  });

  it('believes a denied use that the probe agrees with', () => {
    expect(judge(active, denied(true), at(0), half)).toMatchObject({ verdict: 'denied' });
  });

  it('forgets a denial once the key answers', () => {
    expect(judge({ ...active, deniedSince: at(0) }, ok, at(6_000), half)).toMatchObject({
      verdict: null,
      deniedSince: null,
    });
  });

  it('takes a key back after two good probes in a row', () => {
    expect(judge(off, ok, at(0), half)).toMatchObject({ verdict: null, goodProbes: 1, againMs: 5_000 });
    expect(judge({ ...off, goodProbes: 1 }, denied(), at(0), half)).toMatchObject({ verdict: null, goodProbes: 0 });
    expect(judge({ ...off, goodProbes: 1 }, ok, at(0), half)).toMatchObject({ verdict: 'ok', goodProbes: 0 });
  });

  it('says the same thing once: a key that is off stays off without another verdict', () => {
    const unusable = { ...active, state: 'pending' as const, unusable: 'disabled' };
    for (const key of [off, unusable]) {
      expect(judge(key, denied(true), at(0), half)).toMatchObject({ verdict: null, againMs: 60_000 });
    }
    expect(judge({ ...unusable, goodProbes: 1 }, ok, at(0), half)).toMatchObject({ verdict: 'ok' });
  });

  it('spreads rounds over a fifth of a minute', () => {
    expect(judge(active, ok, at(0), () => 0).againMs).toBe(54_000);
    expect(judge(active, ok, at(0), () => 0.999).againMs).toBeLessThan(66_000);
  });
});
