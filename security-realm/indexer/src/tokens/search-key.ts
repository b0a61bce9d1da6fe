import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { CloisterError } from '@cloister/wire';

/** An organisation's search key of one room and epoch, as the key server gives it (wires.md §14). */
export type SearchKey = {
  readonly epoch: number;
  /** For tokens. */
  readonly tokens: KeyObject;
  /** For what the indexer stores of the index: without the key server nobody opens it. */
  readonly state: KeyObject;
};

const STATE = 'cloister/search/state/v1';

/**
 * Takes 32 bytes; the caller wipes its own.
 * @throws CloisterError `seal/invalid-key`
 */
export function searchKey(epoch: number, bytes: Uint8Array): SearchKey {
  const fits = bytes.length === 32 && Number.isInteger(epoch) && epoch >= 1 && epoch < 2 ** 32;
  if (!fits) throw new CloisterError('seal/invalid-key', { detail: 'a search key has 32 bytes and an epoch' });
  const tokens = createSecretKey(bytes);
  const derived = new Uint8Array(hkdfSync('sha256', tokens, '', STATE, 32));
  const state = createSecretKey(derived);
  derived.fill(0);
  return { epoch, tokens, state };
}
