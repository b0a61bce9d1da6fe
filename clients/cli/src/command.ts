import type { Arguments } from './arguments.ts';
import type { Io } from './io.ts';

/** What a command is given. */
export interface CommandContext {
  readonly io: Io;
  readonly args: Arguments;
  /** The words after the command's name. */
  readonly words: readonly string[];
}

/** Runs, prints, and returns an exit code when it is not 0. */
export type Command = (context: CommandContext) => Promise<number | undefined>;
