// `cloister realm …`: a security realm on its organisation's own machine.
import { SetUpError } from '@cloister/postgres';
import { CloisterError } from '@cloister/wire';
import { folderOf, parseAsked, run } from './run.ts';
import { start } from './start.ts';
import { usage } from './usage.ts';

const argv = process.argv.slice(2);
const json = argv.includes('--json');

const runUntilAsked = async (folder: string): Promise<void> => {
  const say = (line: string) => process.stdout.write(`${json ? JSON.stringify({ said: line }) : line}\n`);
  const asked = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => asked.resolve());
  const realm = await start(folder, say);
  process.on('SIGHUP', () => void realm.reload());
  await asked.promise;
  say('stopping; everything is kept');
  await realm.stop();
};

const main = async (): Promise<void> => {
  const asked = parseAsked(argv);
  if (asked.values.help === true || asked.command === '') {
    process.stdout.write(usage);
  } else if (asked.command === 'start') {
    await runUntilAsked(folderOf(asked.words[0]));
  } else {
    const told = await run(asked, Date.now);
    process.stdout.write(json ? `${JSON.stringify(told.value)}\n` : `${told.lines.join('\n')}\n`);
  }
};

try {
  await main();
} catch (error) {
  const isOurs = error instanceof SetUpError || error instanceof CloisterError;
  const isSystem = error instanceof Error && 'code' in error;
  if (!isOurs && !isSystem) throw error;
  const hint = error instanceof SetUpError ? error.hint : undefined;
  const what = error instanceof CloisterError ? (error.detail ?? error.message) : error.message;
  if (json) process.stderr.write(`${JSON.stringify({ error: what, ...(hint === undefined ? {} : { hint }) })}\n`);
  else process.stderr.write(`error: ${what}\n${hint === undefined ? '' : `hint: ${hint}\n`}`);
  process.exitCode = 1;
}
