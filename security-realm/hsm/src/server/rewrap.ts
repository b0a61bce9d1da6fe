import { setImmediate as turn } from 'node:timers/promises';
import { CloisterError } from '@cloister/wire';
import type { Keystore } from '../keystore/keystore.ts';
import { type Rewrapping, rewrapKek } from '../keystore/rewrap-kek.ts';
import { type AmazonKey, isAmazons, type KeyName, type MainKey } from '../protocol/main-key.ts';
import { MOST_AMAZON_KEKS, type RewrappedKek, type StoredKek } from '../protocol/rewrapping.ts';
import { amazonOf, type Keys } from './keys.ts';

/** Milliseconds after which others have their turn: a token is asked synchronously, and nobody is answered meanwhile. */
const STRETCH_MS = 1;
/** KEKs in a stretch, on the fastest of tokens. */
const LONGEST = 16;

export type Rewrap = { readonly from: MainKey; readonly to: MainKey; readonly keks: readonly StoredKek[] };

/**
 * KEKs from one main key to another, which do not leave this process meanwhile. One that cannot be opened is refused alone;
 * a fault of the keys or their stores throws, and nothing was done.
 */
export const rewrap = async (keys: Keys, { from, to, keks }: Rewrap, now: () => number): Promise<RewrappedKek[]> => {
  if (!isAmazons(from) && !isAmazons(to)) return inStretches(keks, now, (few) => keys.keystore.rewrap(from, to, few));
  if (keks.length > MOST_AMAZON_KEKS) throw new CloisterError('hsm/invalid-request');
  const way = { from: await source(keys, from), to: await target(keys, to) };
  return Promise.all(keks.map((kek) => (isMeantFor(to, kek) ? rewrapKek(way, kek) : null)));
};

/** As many at once as take a millisecond; then whoever asked meanwhile is answered. */
const inStretches = async (
  keks: readonly StoredKek[],
  now: () => number,
  work: (few: readonly StoredKek[]) => Promise<RewrappedKek[]>,
): Promise<RewrappedKek[]> => {
  const done: RewrappedKek[] = [];
  for (let length = 1; done.length < keks.length; await turn()) {
    const started = now();
    done.push(...(await work(keks.slice(done.length, done.length + length))));
    length = now() - started > STRETCH_MS ? Math.max(1, length >> 1) : Math.min(LONGEST, length * 2);
  }
  return done;
};

const source = async (keys: Keys, key: MainKey): Promise<Rewrapping['from']> => {
  const { keyId } = key;
  if (isAmazons(key)) return { keyId, open: ({ place, wrapped }) => amazonOf(keys).unwrap(key, place, wrapped) };
  await requireThere(keys.keystore, key);
  return { keyId, open: ({ wrapped }, aad) => keys.keystore.unwrap(key, wrapped, aad) };
};

const target = async (keys: Keys, key: MainKey): Promise<Rewrapping['to']> => {
  const { keyId } = key;
  if (isAmazons(key)) return { keyId, wrap: (plaintext, { place }) => amazonOf(keys).wrap(key, place, plaintext) };
  await requireThere(keys.keystore, key);
  return { keyId, wrap: (plaintext, _, aad) => keys.keystore.wrap(key, plaintext, aad) };
};

/** A key that is gone is no fault of the KEKs under it. */
const requireThere = async (keystore: Keystore, key: KeyName): Promise<void> => {
  await keystore.describe(key);
};

/** An organisation's key at Amazon wraps that organisation's KEKs alone. */
const isMeantFor = (to: MainKey | AmazonKey, { place }: StoredKek): boolean =>
  !isAmazons(to) || place.organisationId === to.organisationId;
