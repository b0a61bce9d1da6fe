import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { SetUpError } from '@cloister/postgres';
import { isDomainName, isUuid, type OrganisationId, parseKmsHost } from '@cloister/wire';
import { certificate } from './certificate.ts';
import { init } from './init.ts';
import { join } from './join.ts';
import { renewable, rotate } from './rotate.ts';
import { source } from './source.ts';
import { status } from './status.ts';
import type { Told } from './told.ts';
import { usage } from './usage.ts';

const option = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const options = {
  host: option,
  organisation: option,
  domain: option,
  roots: option,
  database: option,
  'database-password-file': option,
  'database-root': option,
  'dry-run': flag,
  'code-file': option,
  operator: option,
  root: option,
  json: flag,
  help: flag,
} as const;

/** A command line taken apart. */
export interface Asked {
  readonly command: string;
  readonly words: readonly string[];
  readonly values: ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];
}

/** @throws SetUpError with the usage; the arguments are not quoted */
export const parseAsked = (argv: readonly string[]): Asked => {
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, strict: true, allowPositionals: true });
    const [command = '', ...words] = positionals;
    return { command, words, values };
  } catch {
    throw misused();
  }
};

/** Runs every command but `start`, which goes on. @throws SetUpError, CloisterError */
export const run = async ({ command, words, values }: Asked, now: () => number): Promise<Told> => {
  const [first, second, ...more] = words;
  if (more.length > 0) throw misused();
  switch (command) {
    case 'init':
      return init(initOptions(folderOf(first), values));
    case 'certificate':
      return certificate(folderOf(first), needed(second), now);
    case 'join': {
      const code = await readCode(needed(values['code-file']));
      return join({ folder: folderOf(first), code, operator: values.operator, rootFile: values.root, now });
    }
    case 'status':
      return status(folderOf(first), now);
    case 'rotate': {
      const name = renewable.find((each) => each === second);
      if (name === undefined) throw misused();
      return rotate(folderOf(first), name, now);
    }
    case 'source':
      return source(needed(second ?? first));
    default:
      throw misused();
  }
};

const initOptions = (folder: string, values: Asked['values']): Parameters<typeof init>[0] => {
  const { organisation, domain, database, 'database-password-file': passwordFile } = values;
  if (!isUuid(organisation)) {
    throw new SetUpError(
      '--organisation is not an id',
      'the operator tells it with the invitation; the Control Hub shows it',
    );
  }
  if (domain !== undefined && !isDomainName(domain))
    throw new SetUpError('--domain is not a domain', 'such as acme.example');
  if ((database === undefined) !== (passwordFile === undefined)) throw misused();
  return {
    folder,
    settings: {
      kmsHost: parseKmsHost(needed(values.host)),
      organisationId: organisation as string as OrganisationId,
      ...(domain === undefined ? {} : { domain }),
      database:
        database === undefined || passwordFile === undefined
          ? { kind: 'embedded' }
          : {
              kind: 'server',
              url: withoutPassword(database),
              passwordFile: resolve(passwordFile),
              ...(values['database-root'] === undefined ? {} : { rootCertificate: resolve(values['database-root']) }),
            },
    },
    rootsFile: needed(values.roots),
    dryRun: values['dry-run'] === true,
  };
};

/** An argument is visible to everybody on the machine: the password belongs into its file. */
const withoutPassword = (url: string): string => {
  const parsed = URL.parse(url);
  if (parsed === null || parsed.password !== '') {
    throw new SetUpError(
      '--database is an address without a password',
      'such as postgresql://kms@db.acme.example/kms; put the password into --database-password-file',
    );
  }
  return url;
};

/** From a file or, as `-`, from standard input: never from an argument, which everybody on the machine can read. */
const readCode = async (file: string): Promise<string> =>
  file === '-' ? text(process.stdin) : readFileSync(file, 'utf8');

export const folderOf = (word: string | undefined): string => resolve(needed(word));

const needed = (word: string | undefined): string => {
  if (word === undefined || word === '') throw misused();
  return word;
};

export const misused = (): SetUpError => new SetUpError('that is no command', usage);
