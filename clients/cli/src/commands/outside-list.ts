import type { Command } from '../command.ts';
import { deciding } from '../outside/deciding.ts';
import { outsideLines } from '../outside/outside-lines.ts';
import { print } from '../print.ts';

/** What holds about other organisations, whom the own one met since when, and which key servers there are. */
export const outsideList: Command = (context) =>
  deciding(context, async ({ overview }) => {
    print(context, overview, outsideLines(overview));
    return undefined;
  });
