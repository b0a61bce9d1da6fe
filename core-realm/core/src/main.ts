import { readConfig, reportStartFailure } from '@cloister/config';
import { configSchema } from './config.ts';
import { startCore } from './core.ts';

try {
  const core = await startCore(readConfig(process.argv.slice(2), configSchema));
  const stop = () => void core.stop().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} catch (error) {
  process.exitCode = reportStartFailure(error);
}
