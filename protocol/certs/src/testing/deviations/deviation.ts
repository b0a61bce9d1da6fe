import type { Scene, SceneOptions } from '../scene.ts';

/** Why the profile refuses what OpenSSL accepts; the README has a row for each. */
export const STRICTER = [
  'strict DER',
  'form of RFC 5280',
  'names compare as bytes',
  'name constraints',
  'critical extension',
  'wildcard',
  'common name beside other names',
  'common name in an old string',
  'authority at the end',
  'digital signature',
  'old purpose',
  'key',
  'signature algorithm',
] as const;
export type Stricter = (typeof STRICTER)[number];

/** One thing that is otherwise than in a certificate in order. Two of one slot would undo each other. */
export interface Deviation {
  readonly slot: string;
  readonly id: string;
  /** That the profile refuses it although OpenSSL may not, and why. */
  readonly stricter?: Stricter;
  /** That it is not tried together with others: what they change would become a root that OpenSSL cannot load. */
  readonly alone?: true;
  readonly options?: Partial<SceneOptions>;
  readonly apply?: (scene: Scene) => void;
}

/** Deviations of one slot. */
export const slot = (name: string, deviations: readonly Omit<Deviation, 'slot'>[]): readonly Deviation[] =>
  deviations.map((each) => ({ ...each, slot: name }));
