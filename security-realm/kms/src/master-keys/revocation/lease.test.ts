import { describe, expect, it } from 'vitest';
import { Lease } from './lease.ts';

const setting = () => {
  const clock = { monotonic: 5_000, wall: Date.parse('2026-11-22T12:00:00Z') };
  const lease = new Lease(60_000, { monotonicNow: () => clock.monotonic, now: () => new Date(clock.wall) });
  const pass = (ms: number) => {
    clock.monotonic += ms;
    clock.wall += ms;
  };
  return { clock, lease, pass };
};

describe('a lease', () => {
  it('is not held before the first look', () => {
    const { lease } = setting();
    expect(lease.isHeld).toBe(false);
    expect(lease.require).toThrow(expect.objectContaining({ code: 'kms/unavailable' }));
  });

  it('runs from the start of the look, not from its answer', () => {
    const { lease, pass } = setting();
    const renew = lease.beginLook();
    pass(59_999);
    renew();
    expect(lease.isHeld).toBe(true);
    pass(1);
    expect(lease.isHeld).toBe(false);
  });

  it('is not renewed by a look that fails', () => {
    const { lease, pass } = setting();
    lease.beginLook()();
    pass(30_000);
    lease.beginLook();
    pass(30_000);
    expect(lease.isHeld).toBe(false);
  });

  it('is not made longer by a clock that is set back, and ends when the machine slept', () => {
    const { clock, lease } = setting();
    lease.beginLook()();
    clock.wall -= 3_600_000;
    clock.monotonic += 60_000;
    expect(lease.isHeld).toBe(false);
    lease.beginLook()();
    expect(lease.isHeld).toBe(true);
    clock.wall += 60_000;
    expect(lease.isHeld).toBe(false);
  });

  it('is over when it is dropped', () => {
    const { lease } = setting();
    lease.beginLook()();
    lease.drop();
    expect(lease.isHeld).toBe(false);
  });

  it('is not held again by a look that began before it was dropped', () => {
    const { lease } = setting();
    const renew = lease.beginLook();
    lease.drop();
    renew();
    expect(lease.isHeld).toBe(false);
    lease.beginLook()();
    expect(lease.isHeld).toBe(true);
  });

  it('is not made shorter by an older look that ends later', () => {
    const { lease, pass } = setting();
    const renew = lease.beginLook();
    pass(30_000);
    lease.beginLook()();
    renew();
    expect(lease.ageMs).toBe(0);
  });
});
