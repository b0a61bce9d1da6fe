import type { StepName } from '../step-name.ts';
import type { Passage } from '../wire.ts';
import type { Gate } from './gate.ts';

export type Anything = (...given: never[]) => unknown;
/** Puts steps around a function. */
export type Wrap = (real: Anything, gate: Gate) => Anything;
/** Which operation a call is about; undefined when it is about none. */
export type PassageOf = (given: readonly unknown[], result?: unknown) => Passage | undefined;

/** Stands still before the function is called. */
export const before =
  (step: StepName, passageOf: PassageOf): Wrap =>
  (real, gate) =>
    async function (this: unknown, ...given) {
      const passage = passageOf(given);
      if (passage !== undefined) await gate.pass(step, passage);
      return Reflect.apply(real, this, given);
    };

/** Stands still when the function has done its work, before its caller hears of it. */
export const after =
  (step: StepName, passageOf: PassageOf): Wrap =>
  (real, gate) =>
    async function (this: unknown, ...given) {
      const result: unknown = await Reflect.apply(real, this, given);
      const passage = passageOf(given, result);
      if (passage !== undefined) await gate.pass(step, passage);
      return result;
    };

/** Stands still when the function was called and has not answered, whatever it does meanwhile. */
export const during =
  (step: StepName, passageOf: PassageOf): Wrap =>
  (real, gate) =>
    async function (this: unknown, ...given) {
      const result: unknown = Reflect.apply(real, this, given);
      const passage = passageOf(given);
      if (passage !== undefined) await gate.pass(step, passage);
      return result;
    };

/** Several of them: the first stands innermost. */
export const all =
  (...wraps: readonly Wrap[]): Wrap =>
  (real, gate) =>
    wraps.reduce<Anything>((wrapped, wrap) => wrap(wrapped, gate), real);

/** Puts steps around methods of a class. */
export const methods =
  (className: string, wraps: Readonly<Record<string, Wrap>>) =>
  (module: Readonly<Record<string, unknown>>, gate: Gate): void => {
    const { prototype } = (module[className] ?? {}) as { prototype?: Record<string, Anything> };
    for (const [name, wrap] of Object.entries(wraps)) {
      const real = prototype?.[name];
      if (prototype === undefined || real === undefined) {
        throw new Error(`there is no ${className}.${name} any more: the matrix has lost its steps`);
      }
      prototype[name] = wrap(real, gate);
    }
  };
