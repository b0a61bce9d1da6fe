import { readConfig, reportStartFailure } from '@cloister/config';
import { configSchema } from './config.ts';
import { startCore } from './core.ts';
import { keepHeapSmall } from './keep-heap-small.ts';

try {
  const core = await startCore(readConfig(process.argv.slice(2), configSchema));
  setInterval(keepHeapSmall, 500).unref();
  const stop = () => void core.stop().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} catch (error) {
  process.exitCode = reportStartFailure(error);
}
