import type { Readiness } from '@cloister/health';
import type { Keystore } from '../keystore/keystore.ts';

/** Longer than a token in use needs, and shorter than who asks waits. */
export const TOKEN_DEADLINE_MS = 2_000;

/** Whether the token answers, for /readyz; `patience` resolves when it should have. */
export const readinessOf = async (
  keystore: Pick<Keystore, 'requireReady'>,
  patience: () => Promise<void>,
): Promise<Readiness> => {
  const isReady = await Promise.race([
    keystore.requireReady().then(
      () => true,
      () => false,
    ),
    patience().then(() => false),
  ]);
  return { ok: isReady, reasons: isReady ? [] : ['token'] };
};
