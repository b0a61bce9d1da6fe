import type { World } from '../world.ts';

/** Something that every key server must do; the name is the sentence, with the requirement. */
export type Case = {
  readonly name: string;
  /** What has to be so before the realm is started. */
  readonly before?: (world: World) => void;
  readonly run: (world: World) => Promise<void>;
};
