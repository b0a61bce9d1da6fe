import type { CommandContext } from './command.ts';
import { Failure, usageFailure } from './failure.ts';
import { print } from './print.ts';

/** A change that reaches people, before it is made. */
export interface Planned {
  readonly act: string;
  /** What is typed to confirm it. */
  readonly id: string;
  /** Whom it reaches and what it does to them. */
  readonly lines: readonly string[];
  /** The command that shows what there is; that of main keys unless told. */
  readonly look?: string;
}

/** Whether the act is to be done: `--dry-run` tells of it alone. */
export const isMeant = (context: CommandContext, { act, id, lines }: Planned): boolean => {
  if (!context.args.dryRun) return true;
  print(context, { dryRun: true, act, id, would: lines }, ['nothing was changed; this would:', ...lines]);
  return false;
};

/** The same for what cannot simply be undone: somebody types the id of what it is done to, or gave it with `--yes`. */
export const isConfirmed = async (context: CommandContext, planned: Planned): Promise<boolean> => {
  const { io, args } = context;
  const { id, lines, look = 'cloister key list' } = planned;
  if (!isMeant(context, planned)) return false;
  if (args.yes === undefined) for (const line of lines) io.err(line);
  const typed = args.yes ?? (await io.ask(`type ${id} to go on: `));
  if (typed === undefined)
    throw usageFailure('nobody is there to confirm this', `add --yes ${id}, or look with --dry-run`);
  if (typed.trim().toLowerCase() !== id) {
    throw new Failure('client/cancelled', `that is not ${id}: nothing was changed`, { hint: look });
  }
  return true;
};
