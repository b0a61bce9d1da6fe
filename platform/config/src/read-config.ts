import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CloisterError } from '@cloister/wire';
import * as z from 'zod/mini';
import { nearest } from './levenshtein.ts';
import { unknownKeys } from './unknown-keys.ts';

const USAGE = 'start it as: node src/main.ts --config <file.json>';

/**
 * Reads and checks the file that `--config` names.
 * @param argv the arguments after the script's name (`process.argv.slice(2)`)
 * @throws CloisterError `config/unreadable`, `config/invalid`, `config/unknown-key`;
 *   the detail says where and what to do next, and never quotes a value
 */
export function readConfig<S extends z.ZodMiniType>(argv: readonly string[], schema: S): z.output<S> {
  const file = configFile(argv);
  const value = parseJson(file, readText(file));
  const unknown = unknownKeys(schema, value);
  if (unknown.length > 0) {
    const lines = unknown.map(({ key, path, known }) => {
      const near = nearest(key, known);
      const place = path === '' ? 'at the top' : `in "${path}"`;
      return `unknown key "${key}" ${place}${near === null ? '' : `; did you mean "${near}"?`}`;
    });
    throw new CloisterError('config/unknown-key', { detail: `${file}: ${lines.join('; ')}` });
  }
  const parsed = z.safeParse(schema, value, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new CloisterError('config/invalid', {
    detail: `${file}: ${parsed.error.issues.map((issue) => describe(issue)).join('; ')}`,
  });
}

function configFile(argv: readonly string[]): string {
  try {
    const { values } = parseArgs({ args: [...argv], options: { config: { type: 'string' } }, strict: true });
    if (values.config) return values.config;
  } catch {
    // The parser's message quotes the arguments; ours names the remedy instead.
  }
  throw new CloisterError('config/invalid', { detail: USAGE });
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new CloisterError('config/unreadable', { detail: `cannot read ${file} (${code}); ${USAGE}` });
  }
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CloisterError('config/invalid', { detail: `${file} is not JSON; check its commas and quotes` });
  }
}

/** Says where and what was expected, without the value: a mistaken config may hold a secret. */
function describe(issue: z.core.$ZodIssue, above: readonly PropertyKey[] = []): string {
  const places = [...above, ...issue.path];
  const path = places.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  const where = path === '' ? 'the file' : `"${path.replace(/^\./, '')}"`;
  if (issue.code === 'invalid_type') {
    return issue.input === undefined
      ? `${where} is missing (expected ${issue.expected})`
      : `${where} must be ${issue.expected}`;
  }
  if (issue.code === 'invalid_value') return `${where} must be one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'invalid_format') return `${where} must be a valid ${issue.format}`;
  if (issue.code === 'too_small') return `${where} must be at least ${issue.minimum}`;
  if (issue.code === 'too_big') return `${where} must be at most ${issue.maximum}`;
  if (issue.code === 'invalid_union') {
    // Of the alternatives, the one that the value misses least.
    const [closest = []] = issue.errors.toSorted((a, b) => a.length - b.length);
    if (closest.length > 0) return closest.map((inner) => describe(inner, places)).join('; ');
  }
  if (issue.code === 'custom' && issue.message !== '') return `${where}: ${issue.message}`;
  return `${where} is not valid`;
}
