import { readConfig, reportStartFailure } from '@cloister/config';
import { configSchema } from './config.ts';
import { keepMemoryPrivate } from './hygiene/keep-memory-private.ts';
import { runHsm } from './run-hsm.ts';

try {
  keepMemoryPrivate();
  const running = runHsm(readConfig(process.argv.slice(2), configSchema));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, async () => (await running)());
  await running;
} catch (error) {
  process.exit(reportStartFailure(error));
}
