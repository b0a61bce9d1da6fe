import { readConfig, reportStartFailure } from '@cloister/config';
import { openLog } from '@cloister/logging';
import { identityConfig } from './config.ts';
import { openIdentity } from './open-identity.ts';
import { runProvision } from './provision/run-provision.ts';
import { runRealm } from './realms/run-realm.ts';

const [command, ...rest] = process.argv.slice(2);

const serve = async (): Promise<void> => {
  const log = openLog({ name: 'identity' });
  const identity = await openIdentity(readConfig(process.argv.slice(2), identityConfig), { log });
  log.event('identity.started');
  const stop = async (signal: NodeJS.Signals) => {
    log.event('identity.stopping', { signal });
    await identity.close();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
};

try {
  if (command === 'provision') await runProvision(rest);
  else if (command === 'realm') await runRealm(rest);
  else await serve();
} catch (error) {
  process.exitCode = reportStartFailure(error);
}
