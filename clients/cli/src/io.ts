import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';

/** What a command may do to the world outside, so that tests can stand in for a terminal. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that relative paths start from. */
  readonly folder: string;
  out(line: string): void;
  err(line: string): void;
  /** All of standard input. */
  input(): Promise<string>;
  /** One line that a person types, or undefined when nobody sits there. */
  ask(question: string): Promise<string | undefined>;
  /** Ends a command that runs on, such as `tail`. */
  readonly signal: AbortSignal;
}

/** The process's own. npm runs scripts in the project's folder; INIT_CWD is where the person is. */
export const processIo = (signal: AbortSignal): Io => ({
  env: process.env,
  folder: process.env.INIT_CWD ?? process.cwd(),
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
  input: () => text(process.stdin),
  ask: async (question) => {
    if (!process.stdin.isTTY) return undefined;
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    return lines.question(question, { signal }).finally(() => lines.close());
  },
  signal,
});
