// `npm start`: an evaluation deployment on this machine, kept until Ctrl-C.
import { fileURLToPath } from 'node:url';
import { SetUpError } from '@cloister/postgres';
import { buildWebClient } from './build-web.ts';
import { type Deployment, startDeployment } from './deployment.ts';
import { readOptions, usage } from './options.ts';
import { welcome } from './welcome.ts';

const project = fileURLToPath(new URL('../../..', import.meta.url));
let deployment: Deployment | undefined;
let asked = false;
let stopping = false;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    asked = true;
    void stop();
  });
}

try {
  const options = readOptions(process.argv.slice(2), process.env, project);
  if (options === 'help') {
    process.stdout.write(usage);
  } else {
    buildWebClient(say);
    deployment = await startDeployment(
      { ...options, search: true },
      {
        progress: say,
        restarted: (name, how) =>
          say(`${name} ended (${how}) and is started again; its log is in ${options.data}/logs`),
      },
    );
    process.stdout.write(welcome(deployment.endpoints, options));
    // Asked while it was starting: half a deployment cannot be stopped in order, a whole one can.
    if (asked) await stop();
  }
} catch (error) {
  if (!(error instanceof SetUpError)) throw error;
  process.stderr.write(`error: ${error.message}\nhint: ${error.hint}\n`);
  process.exitCode = 1;
}

async function stop(): Promise<void> {
  if (deployment === undefined || stopping) return;
  stopping = true;
  say('stopping; everything is kept');
  await deployment.stop();
  process.exit(0);
}

function say(text: string): void {
  process.stdout.write(`  ${text}\n`);
}
