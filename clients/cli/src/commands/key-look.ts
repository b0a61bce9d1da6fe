import type { Command } from '../command.ts';
import { historyLines, keyLines } from '../keys/key-lines.ts';
import { managing } from '../keys/managing.ts';
import { print } from '../print.ts';

/** States, ids, check values, age and progress. */
export const keyList: Command = (context) =>
  managing(context, async ({ overview }) => {
    print(context, overview, keyLines(overview, Date.now()));
    return undefined;
  });

/** What became of the main keys and by whose hand. */
export const keyHistory: Command = (context) =>
  managing(context, async ({ overview: { history } }) => {
    if (context.args.json) for (const event of history) print(context, event, []);
    else print(context, history, historyLines(history));
    return undefined;
  });
