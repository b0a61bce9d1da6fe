import type { FunctionView, Purpose } from '@cloister/wire';
import { purposes } from '@cloister/wire';
import { administering } from '../administering.ts';
import type { Command } from '../command.ts';
import { usageFailure } from '../failure.ts';
import { print, table } from '../print.ts';

/** Every function that needs keys, whether it is on, and the machines that serve it (R343). */
export const functionList: Command = (context) =>
  administering(context, async (administration) => {
    const functions = await administration.functions();
    if (context.args.json) for (const each of functions) print(context, each, []);
    else print(context, functions, table(functions.map(lineOf)));
    return undefined;
  });

const lineOf = ({ purpose, enabled, changedAt, machines }: FunctionView): string[] => [
  purpose,
  enabled ? 'on' : 'off',
  changedAt === undefined ? '' : `since ${changedAt}`,
  (machines ?? [])
    .filter(({ active }) => active)
    .map(({ id }) => `machine ${id}`)
    .join(', '),
];

const switching =
  (enabled: boolean): Command =>
  async (context) => {
    const purpose = purposeOf(context.words[0], `cloister function ${enabled ? 'on' : 'off'} transcoding`);
    return administering(context, async (administration) => {
      await administration.setFunction(purpose, enabled);
      print(context, { purpose, enabled }, []);
      return undefined;
    });
  };

export const functionOn = switching(true);
export const functionOff = switching(false);

/** A purpose as written. */
export const purposeOf = (wanted: string | undefined, example: string): Purpose => {
  const found = purposes.find((purpose) => purpose === wanted);
  if (found === undefined) throw usageFailure(`which function: ${purposes.join(', ')}?`, example);
  return found;
};
