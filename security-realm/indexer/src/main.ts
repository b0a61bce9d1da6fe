import { readConfig, reportStartFailure } from '@cloister/config';
import { configSchema } from './config.ts';
import { runIndexer } from './run-indexer.ts';

try {
  const stop = await runIndexer(readConfig(process.argv.slice(2), configSchema));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
} catch (error) {
  process.exit(reportStartFailure(error));
}
