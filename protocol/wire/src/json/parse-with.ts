import * as z from 'zod/mini';
import { CloisterError } from '../errors/cloister-error.ts';
import { readJson, type Untrusted } from './read-json.ts';

// zod compiles its schemas with `new Function`, which the web client's Content-Security-Policy forbids and reports.
if (!('process' in globalThis)) z.config({ jitless: true });

/** How large most messages may be. */
export const defaultMaxBytes = 256 * 1024;

/**
 * The typed value of untrusted input: bytes, text or a JSON value of at most `maxBytes`.
 * @throws CloisterError with a `wire/…` code, never anything else
 */
export const parseWith = <T>(schema: z.ZodMiniType<T>, input: Untrusted, maxBytes = defaultMaxBytes): T =>
  checkWith(schema, readJson(input, maxBytes));

/**
 * The typed form of a JSON value that {@link readJson} has bounded.
 * The error names the first member that is wrong and never quotes what it held, since it may be a secret.
 * @throws CloisterError `wire/invalid-message`
 */
export const checkWith = <T>(schema: z.ZodMiniType<T>, value: unknown): T => {
  const result = z.safeParse(schema, value);
  if (result.success) return result.data;
  throw new CloisterError('wire/invalid-message', { detail: describe(result.error.issues) });
};

const describe = (issues: readonly z.core.$ZodIssue[]): string | undefined => {
  const path = issues[0]?.path.map(String).filter(isPlainName).slice(0, 8).join('.');
  return path === undefined || path === '' ? undefined : `member ${path}`;
};

/** Names in a path can come from the input; only those that could be a documented member are repeated. */
const isPlainName = (name: string): boolean => /^[A-Za-z0-9]{1,32}$/.test(name);
