import { CloisterError } from '@cloister/wire';

/** How long somebody's other keys wait for a key server elsewhere: their messages are answered in their order. */
export const PATIENCE_MS = 2_000;

export const isTimeout = (error: unknown): boolean => error instanceof CloisterError && error.code === 'kms/timeout';
