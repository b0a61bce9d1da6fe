import { parseArgs } from 'node:util';
import { usageFailure } from './failure.ts';

/** A command line as written. */
export interface Arguments {
  /** `room send`, `token`, … */
  readonly words: readonly string[];
  readonly as?: string;
  readonly data?: string;
  readonly scope?: string;
  readonly message?: string;
  readonly output?: string;
  readonly officer?: string;
  readonly days?: number;
  readonly limit?: number;
  readonly count?: number;
  /** The id of the main key that may be changed without asking. */
  readonly yes?: string;
  readonly activate: boolean;
  readonly dryRun: boolean;
  readonly wait: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

/** @throws Failure with exit code 2 */
export const parseArguments = (argv: readonly string[]): Arguments => {
  const { values, positionals } = parse(argv);
  const { as, data, scope, message, output, officer, yes, days, limit, count } = values;
  return {
    words: positionals,
    ...(as === undefined ? {} : { as }),
    ...(data === undefined ? {} : { data }),
    ...(scope === undefined ? {} : { scope }),
    ...(message === undefined ? {} : { message }),
    ...(output === undefined ? {} : { output }),
    ...(officer === undefined ? {} : { officer }),
    ...(yes === undefined ? {} : { yes }),
    ...(days === undefined ? {} : { days: numberOf('days', days) }),
    ...(limit === undefined ? {} : { limit: numberOf('limit', limit) }),
    ...(count === undefined ? {} : { count: numberOf('count', count) }),
    activate: values.activate ?? false,
    dryRun: values['dry-run'] ?? false,
    wait: values.wait ?? false,
    json: values.json ?? false,
    help: values.help ?? false,
  };
};

const parse = (argv: readonly string[]) => {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        as: text,
        data: text,
        scope: text,
        message: text,
        output: text,
        officer: text,
        yes: text,
        days: text,
        limit: text,
        count: text,
        activate: flag,
        'dry-run': flag,
        wait: flag,
        json: flag,
        help: { ...flag, short: 'h' },
      },
    });
  } catch (cause) {
    throw usageFailure(firstSentence(cause), 'cloister --help lists what there is');
  }
};

const firstSentence = (cause: unknown): string =>
  cause instanceof Error ? (cause.message.split('. ')[0] ?? cause.message) : 'the command line cannot be read';

const numberOf = (name: string, value: string): number => {
  if (!/^[1-9]\d{0,6}$/.test(value)) throw usageFailure(`--${name} takes a whole number`, `for example --${name} 20`);
  return Number(value);
};
