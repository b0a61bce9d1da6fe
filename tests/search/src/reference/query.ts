import type { RoomId, UserId } from '@cloister/wire';
import type { Piece } from './pieces.ts';

/** A part that is looked for in a text: a word, a phrase. */
export interface Part {
  readonly kind: 'part';
  readonly quoted: boolean;
  readonly pieces: readonly [Piece, ...Piece[]];
}

export type Has = 'file' | 'image' | 'video' | 'audio' | 'document' | 'link';

export type Query =
  | Part
  | { readonly kind: 'and' | 'or'; readonly all: readonly Query[] }
  | { readonly kind: 'not'; readonly one: Query }
  | { readonly kind: 'from'; readonly users: readonly UserId[] }
  | { readonly kind: 'in'; readonly rooms: readonly RoomId[] }
  | { readonly kind: 'has'; readonly what: Has }
  /** In [from, until), ms. */
  | { readonly kind: 'time'; readonly from: number; readonly until: number };
