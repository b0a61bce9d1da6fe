import type { Client } from '@cloister/sdk';
import type { CommandContext } from './command.ts';
import { personOf, readEvaluation } from './evaluation.ts';
import { usageFailure } from './failure.ts';
import { withClient } from './signed-in.ts';

/** Runs `work` as the person of `--as` (or CLOISTER_AS). */
export const acting = async <T>({ io, args }: CommandContext, work: (client: Client) => Promise<T>): Promise<T> => {
  const email = args.as ?? io.env.CLOISTER_AS;
  if (email === undefined) throw usageFailure('who acts?', 'add --as <email>, or set CLOISTER_AS');
  const evaluation = await readEvaluation(io, args.data);
  return withClient(evaluation, personOf(evaluation, email), work);
};
