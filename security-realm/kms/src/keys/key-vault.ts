import { open, seal } from '@cloister/at-rest';
import type { KekLevel } from '../store/kek-row.ts';
import type { Kek, KekStore } from './kek-store.ts';

/** What a sealed row is: every member goes into the associated data, so that no row passes for another. */
export type SealedPlace = {
  /** What kind of thing it is, such as `content-key`. */
  readonly kind: string;
  readonly organisationId: string;
  /** Its id, and whatever else must not be exchanged beside it. */
  readonly id: readonly string[];
  readonly level: KekLevel;
};

/** Bytes sealed under a KEK, as the database stores them. */
export type Sealed = {
  readonly kekId: string;
  readonly kekVersion: number;
  readonly sealed: Buffer;
  readonly commitment: Buffer;
};

const aadOf = (place: SealedPlace, kek: { kekId: string; version: number }): readonly string[] => [
  `cloister/${place.kind}/v1`,
  place.organisationId,
  ...place.id,
  place.level,
  kek.kekId,
  String(kek.version),
];

/** Seals under a KEK at hand: the synchronous inside of loops over many keys. */
export const sealUnder = (kek: Kek, place: SealedPlace, bytes: Uint8Array): Sealed => {
  const { sealed, commit } = seal(kek.key, bytes, aadOf(place, kek));
  return { kekId: kek.kekId, kekVersion: kek.version, sealed, commitment: commit };
};

/** Throws one error for every fault. The caller zeroes the bytes. */
export const openUnder = (kek: Kek, place: SealedPlace, row: Sealed): Buffer =>
  open(kek.key, { sealed: row.sealed, commit: row.commitment }, aadOf(place, kek));

/** Opens a single row. */
export const openRow = async (keks: KekStore, place: SealedPlace, row: Sealed): Promise<Buffer> =>
  openUnder(await keks.byId(row.kekId, row.kekVersion), place, row);
