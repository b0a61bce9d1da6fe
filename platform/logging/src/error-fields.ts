import { CloisterError } from '@cloister/wire';
import type { EventFields } from './event-fields.ts';

const SYSTEM_CODE = /^(?:E[A-Z0-9_]{2,40}|[0-9A-Z]{5})$/;
const FRAME = /^\s+at .*?([A-Za-z0-9][A-Za-z0-9.-]*\.m?[jt]s):(\d{1,6}):\d{1,6}\)?$/;

/**
 * What may be told of an error: our own code, a system's or PostgreSQL's code, and where in the program it arose.
 * Never its message: of unknown origin, it may quote what a person wrote or a row of the database.
 */
export function errorFields(error: unknown): EventFields {
  if (!(error instanceof Error)) return { code: 'unknown' };
  const code = error instanceof CloisterError ? error.code : systemCode(error);
  const at = origin(error);
  return at === undefined ? { code } : { code, at };
}

function systemCode(error: Error): string {
  const code = (error as NodeJS.ErrnoException).code;
  return typeof code === 'string' && SYSTEM_CODE.test(code) ? code : 'unknown';
}

/** File and line of the innermost frame. The message stands before the frames and may imitate one, so it is cut off. */
function origin(error: Error): string | undefined {
  const stack = error.stack ?? '';
  const end = stack.indexOf(error.message) + error.message.length;
  if (!stack.includes(error.message)) return undefined;
  for (const line of stack.slice(end).split('\n')) {
    const frame = FRAME.exec(line);
    if (frame !== null) return `${frame[1]}:${frame[2]}`;
  }
  return undefined;
}
