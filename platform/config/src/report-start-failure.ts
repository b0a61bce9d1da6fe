import { CloisterError } from '@cloister/wire';

/**
 * Prints why a server did not start, for the person who started it, and returns the exit code.
 * Only our own errors are quoted; of any other only its system code, for its message may hold anything.
 */
export function reportStartFailure(
  error: unknown,
  write: (text: string) => void = (text) => process.stderr.write(text),
): number {
  if (error instanceof CloisterError) {
    write(`error: ${error.code}\n${error.detail === undefined ? '' : `hint: ${error.detail}\n`}`);
  } else {
    const code = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.name) : 'unknown';
    write(`error: start failed (${code})\n`);
  }
  return 1;
}
