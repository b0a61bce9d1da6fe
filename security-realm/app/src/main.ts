import { readConfig, reportStartFailure } from '@cloister/config';
import { openHealth } from '@cloister/health';
import { openRealmLog } from '@cloister/logging';
import { appConfig } from './config.ts';
import { openApp } from './open-app.ts';

try {
  const config = readConfig(process.argv.slice(2), appConfig);
  const log = openRealmLog({ name: 'app' });
  const app = await openApp(config);
  const health = await openHealth({ socket: config.health.socket, ready: () => ({ ok: true, reasons: [] }) });
  log.event('app.started', { organisationId: config.organisation.id });
  const stop = async (signal: NodeJS.Signals) => {
    log.event('app.stopping', { signal });
    await app.close();
    await health.close();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} catch (error) {
  process.exitCode = reportStartFailure(error);
}
