import type { CommandContext } from './command.ts';
import { type EndpointPerson, type Evaluation, personOf, readEvaluation } from './evaluation.ts';
import { usageFailure } from './failure.ts';

/** Who acts, by `--as` or CLOISTER_AS, in the deployment of `--data`. */
export const actor = async ({
  io,
  args,
}: CommandContext): Promise<{ readonly evaluation: Evaluation; readonly person: EndpointPerson }> => {
  const email = args.as ?? io.env.CLOISTER_AS;
  if (email === undefined) throw usageFailure('who acts?', 'add --as <email>, or set CLOISTER_AS');
  const evaluation = await readEvaluation(io, args.data);
  return { evaluation, person: personOf(evaluation, email) };
};
