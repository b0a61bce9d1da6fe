import { corePoints } from './core-points.ts';
import type { Gate } from './gate.ts';
import { kmsPoints } from './kms-points.ts';
import type { Wrap } from './wrap.ts';

/** What happens to one module of production code. */
export interface Point {
  /** Functions it exports. */
  readonly exports?: Readonly<Record<string, Wrap>>;
  /** Classes it exports: their methods change in place. */
  readonly patch?: (module: Readonly<Record<string, unknown>>, gate: Gate) => void;
}

/** By the end of the module's path. */
export const points: Readonly<Record<string, Point>> = { ...corePoints, ...kmsPoints };
