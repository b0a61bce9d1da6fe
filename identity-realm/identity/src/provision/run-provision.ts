import { renameSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readConfig, readCredential } from '@cloister/config';
import { openDatabase } from '@cloister/database';
import { openLog } from '@cloister/logging';
import { CloisterError } from '@cloister/wire';
import { identityConfig } from '../config.ts';
import { passwordCost } from '../domain/password.ts';
import { migrations } from '../store/migrations.ts';
import { readAtRestKey } from './at-rest-key.ts';
import { provision } from './provision.ts';
import { parseProvisionInput } from './provision-input.ts';

const usage = 'run it as: node src/main.ts provision --config <file.json> --people <file.json> --output <file.json>';

/** The command `provision`. @throws CloisterError `config/…`, `identity/…`, `platform/…` */
export const runProvision = async (argv: readonly string[]): Promise<void> => {
  const { config: configFile, people, output } = parseArguments(argv);
  const config = readConfig(['--config', configFile], identityConfig);
  const input = parseProvisionInput(parseJson(readCredential(people).toString('utf8')));
  const log = openLog({ name: 'identity' });
  const database = openDatabase({ ...config.database, name: 'identity-provision', log });
  try {
    await database.migrate(migrations);
    const atRest = readAtRestKey(config.atRestKeyFile);
    const provisioned = await provision({ database, atRest, passwordCost, now: () => new Date() }, input);
    const draft = `${output}.draft`;
    writeFileSync(draft, `${JSON.stringify(provisioned, null, 2)}\n`, { mode: 0o600 });
    renameSync(draft, output);
    log.event('identity.provisioned', { count: provisioned.people.length });
  } finally {
    await database.close();
  }
};

const parseArguments = (argv: readonly string[]) => {
  const option = { type: 'string' } as const;
  const options = { config: option, people: option, output: option };
  try {
    const { config, people, output } = parseArgs({ args: [...argv], options, strict: true }).values;
    if (config !== undefined && people !== undefined && output !== undefined) return { config, people, output };
  } catch {
    // The usage says it better than the parser, which quotes the arguments.
  }
  throw new CloisterError('config/invalid', { detail: usage });
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new CloisterError('config/invalid', { detail: 'the people file is not JSON' });
  }
};
