import { readConfig, reportStartFailure } from '@cloister/config';
import { Metrics, openHealth } from '@cloister/health';
import { openLog } from '@cloister/logging';
import { doorConfig } from './config.ts';
import { openDoor } from './open-door.ts';

try {
  const config = readConfig(process.argv.slice(2), doorConfig);
  const log = openLog({ name: 'door' });
  const metrics = new Metrics();
  const door = await openDoor(config, { log, metrics });
  const health = await openHealth({ socket: config.health.socket, ready: () => ({ ok: true, reasons: [] }), metrics });
  log.event('door.started', { routeCount: config.routes.length });
  const stop = async (signal: NodeJS.Signals) => {
    log.event('door.stopping', { signal });
    await door.close();
    await health.close();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} catch (error) {
  // What did open must not keep a server alive that did not start.
  process.exit(reportStartFailure(error));
}
