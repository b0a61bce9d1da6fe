import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { readConfig } from '@cloister/config';
import { openDatabase } from '@cloister/database';
import { openLog } from '@cloister/logging';
import { keyThumbprint } from '@cloister/verify';
import { CloisterError, type DomainName, isDomainName, parseKmsHost } from '@cloister/wire';
import { identityConfig } from '../config.ts';
import { readAtRestKey } from '../provision/at-rest-key.ts';
import { listJoined } from '../store/joined-realms.ts';
import { migrations } from '../store/migrations.ts';
import { ensureKeys, readKeys } from '../store/signing-keys.ts';
import { inviteRealm } from './invite-realm.ts';
import { withdrawRealm } from './withdraw-realm.ts';

const usage = `run it as: cloister realm invite <domain> --host <kms host> --config <identity.json> [--vouch]
           cloister realm withdraw --host <kms host> --config <identity.json>
           cloister realm list --config <identity.json>`;

/**
 * The operator's commands about key servers that others run. Whoever may read identity's configuration and credentials is the
 * operator: there is no administration token to steal (ADR 14).
 * @throws CloisterError `config/…`, `identity/…`, `platform/…`
 */
export const runRealm = async (argv: readonly string[]): Promise<void> => {
  const asked = parseArguments(argv);
  const config = readConfig(['--config', asked.config], identityConfig);
  // Standard output is the answer's.
  const log = openLog({ name: 'identity', destination: process.stderr });
  const database = openDatabase({ ...config.database, name: 'identity-realm', log });
  const now = () => new Date();
  try {
    await database.migrate(migrations);
    if (asked.command === 'list') {
      for (const { kmsHost, organisationId, joinedAt } of await listJoined(database))
        print({ kmsHost, organisationId, joinedAt });
      return;
    }
    const kmsHost = parseKmsHost(asked.host);
    if (asked.command === 'withdraw') {
      await withdrawRealm({ database, log, now }, kmsHost);
      return;
    }
    const atRest = readAtRestKey(config.atRestKeyFile);
    await ensureKeys(database, atRest, now());
    const [feedKey] = await readKeys(database, atRest, 'feed');
    if (feedKey === undefined) throw new CloisterError('identity/internal');
    const invited = await inviteRealm(
      { database, config, feedKey: keyThumbprint({ ...feedKey.publicJwk }), log, now },
      {
        domain: domainOf(asked.domain),
        kmsHost,
        vouched: asked.vouch,
        secret: randomBytes(16).toString('base64url'),
      },
    );
    print({ kmsHost, ...invited });
  } finally {
    await database.close();
  }
};

/** The operator asked for it, and nobody else reads this terminal: the code is shown once. */
const print = (answer: object): void => void process.stdout.write(`${JSON.stringify(answer)}\n`);

const domainOf = (text: string): DomainName => {
  const domain = text.toLowerCase();
  if (isDomainName(domain)) return domain;
  throw new CloisterError('config/invalid', { detail: 'the organisation is named by a domain that it proved' });
};

const parseArguments = (argv: readonly string[]) => {
  const option = { type: 'string' } as const;
  const options = { config: option, host: option, vouch: { type: 'boolean' } } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options, strict: true, allowPositionals: true });
    const { config, host = '', vouch = false } = values;
    const [command = '', domain = '', ...more] = positionals;
    const isKnown =
      (command === 'invite' && domain !== '' && host !== '') ||
      (command === 'withdraw' && domain === '' && host !== '') ||
      (command === 'list' && domain === '');
    if (config !== undefined && isKnown && more.length === 0) return { command, domain, host, vouch, config };
  } catch {
    // The usage says it better than the parser, which quotes the arguments.
  }
  throw new CloisterError('config/invalid', { detail: usage });
};
