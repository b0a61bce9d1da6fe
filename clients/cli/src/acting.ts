import type { Client } from '@cloister/sdk';
import { actor } from './actor.ts';
import type { CommandContext } from './command.ts';
import { withClient } from './signed-in.ts';

/** Runs `work` as the person of `--as` (or CLOISTER_AS). */
export const acting = async <T>(context: CommandContext, work: (client: Client) => Promise<T>): Promise<T> => {
  const { evaluation, person } = await actor(context);
  return withClient(evaluation, person, work);
};
