import { CloisterError } from '@cloister/wire';
import { describe, expect, it } from 'vitest';
import { readinessOf } from './readiness.ts';

const never = () => new Promise<void>(() => {});
const notReady = { ok: false, reasons: ['token'] };

describe('an hsm', () => {
  it('is ready while its token answers', async () => {
    expect(await readinessOf({ requireReady: async () => {} }, never)).toEqual({ ok: true, reasons: [] });
  });

  it('is not while the token fails, or says nothing in time', async () => {
    const failing = () => Promise.reject(new CloisterError('hsm/unavailable'));
    expect(await readinessOf({ requireReady: failing }, never)).toEqual(notReady);
    expect(await readinessOf({ requireReady: never }, async () => {})).toEqual(notReady);
  });
});
