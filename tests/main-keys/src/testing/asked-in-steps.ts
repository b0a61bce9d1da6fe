import { type Life, never } from '@cloister/testkit/model';
import type { Hsm } from './key-stores.ts';
import type { Stage } from './stage.ts';

type Options = {
  readonly name: string;
  readonly stage: Stage;
  readonly life: Life;
  /** Resolves while the node is not stopped. */
  readonly running: () => Promise<void>;
};

/** What a call of these changes, others may change before it. */
const changing = new Set<PropertyKey>(['importKey', 'destroy']);

/**
 * Key stores as one life of a node asks them: an answer is a step of the stage, so that everything may happen while it is
 * on its way. Who dies meanwhile never hears it.
 */
export const askedInSteps = (hsm: Hsm, { name, stage, life, running }: Options): Hsm => {
  const turn = async (label: string) => {
    await running();
    await stage.turn(`${name}: ${label}`);
    await running();
    if (life.isOver) await never();
  };
  return new Proxy(hsm, {
    get: (target, member) => {
      const call: unknown = Reflect.get(target, member);
      if (typeof call !== 'function') return call;
      return async (...input: unknown[]) => {
        if (changing.has(member)) await turn(`asks to ${String(member)}`);
        try {
          return await stage.track(call.apply(target, input));
        } finally {
          await turn(`hears of ${String(member)}`);
        }
      };
    },
  });
};
