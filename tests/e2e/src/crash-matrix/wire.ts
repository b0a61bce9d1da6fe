import type { StepName } from './step-name.ts';

/** Which passage through a step is meant: of an operation of this kind, and of this room when it is known. */
export interface Arm {
  readonly id: string;
  readonly step: StepName;
  readonly kind: string;
  readonly roomId: string | null;
}

/** An operation that passes through a step. */
export interface Passage {
  readonly kind: string;
  readonly roomId: string;
}

/** From a server to the test: it runs with its failpoints, it has taken the arms, it stands still at one. */
export type Report =
  | { readonly type: 'hello'; readonly server: string }
  | { readonly type: 'armed'; readonly sequence: number }
  | ({ readonly type: 'fired'; readonly id: string } & Passage);

/** From the test to a server: where to stand still next (once each), and to go on. */
export type Order =
  | { readonly type: 'arm'; readonly sequence: number; readonly arms: readonly Arm[] }
  | { readonly type: 'go'; readonly id: string };
