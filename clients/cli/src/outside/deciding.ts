import { type OutsideManagement, openOutside } from '@cloister/sdk';
import type { OutsideOverview } from '@cloister/wire';
import { acting } from '../acting.ts';
import type { CommandContext } from '../command.ts';

/** What a command about other organisations works with. */
export interface Deciding {
  readonly outside: OutsideManagement;
  /** What holds before it. */
  readonly overview: OutsideOverview;
}

/** Runs `work` as the administrator of `--as` (or CLOISTER_AS), over the sealed channel to their key server. */
export const deciding = <T>(context: CommandContext, work: (deciding: Deciding) => Promise<T>): Promise<T> =>
  acting(context, async (client) => {
    const outside = openOutside(client);
    return work({ outside, overview: await outside.overview() });
  });
