import { open, seal } from '@cloister/at-rest';
import type { OrganisationId, RoomId } from '@cloister/wire';
import type { SearchKey } from '../tokens/search-key.ts';

/** An organisation's index of a room, of one generation. */
export type IndexName = { readonly roomId: RoomId; readonly generation: number };

/** The same as text. */
export const idOf = ({ roomId, generation }: IndexName): string => `${roomId} ${generation}`;

/** What a row of counters says of itself; it opens as nothing else. */
export type CounterPlace = IndexName & {
  readonly epoch: number;
  readonly number: number;
  readonly isSnapshot: boolean;
  readonly from: number;
  readonly to: number;
};

/** A row as it is stored. */
export type CounterRow = CounterPlace & { readonly sealed: Buffer; readonly commit: Buffer };

/** Seals entries of a `CounterTable` for their place. */
export const sealCounters = (
  organisationId: OrganisationId,
  key: SearchKey,
  place: CounterPlace,
  entries: Buffer,
): CounterRow => ({ ...place, ...seal(key.state, entries, boundTo(organisationId, place)) });

/** @throws CloisterError `platform/at-rest` */
export const openCounters = (organisationId: OrganisationId, key: SearchKey, row: CounterRow): Buffer =>
  open(key.state, row, boundTo(organisationId, row));

const boundTo = (organisationId: OrganisationId, place: CounterPlace): string[] => [
  'cloister/indexer/counters/v1',
  organisationId,
  place.roomId,
  `${place.generation}`,
  `${place.epoch}`,
  `${place.number}`,
  place.isSnapshot ? 'snapshot' : 'changes',
  `${place.from}`,
  `${place.to}`,
];
