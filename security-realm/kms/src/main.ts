import { text } from 'node:stream/consumers';
import { readConfig, reportStartFailure } from '@cloister/config';
import { collectAlone } from './collect-alone.ts';
import { configSchema } from './config.ts';
import { provision } from './provision.ts';
import { realmCommand } from './realm-command.ts';
import { serve } from './serve.ts';

collectAlone();
const [command, ...rest] = process.argv.slice(2);

try {
  if (command === 'provision') {
    await provision(readConfig(rest, configSchema));
  } else if (command === 'realm') {
    const answer = await realmCommand(readConfig(rest, configSchema), await text(process.stdin));
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  } else {
    const stop = await serve(readConfig(process.argv.slice(2), configSchema));
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
  }
} catch (error) {
  process.exit(reportStartFailure(error));
}
