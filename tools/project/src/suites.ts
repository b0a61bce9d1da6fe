import { runStep } from './step.ts';
import { prepareSurroundings } from './surroundings.ts';

/** Runs the checks and every suite; returns whether all passed. Extra environment goes to the suites. */
export function runSuites(env: NodeJS.ProcessEnv): boolean {
  const skipped = prepareSurroundings();
  const node = process.execPath;
  const results = [
    runStep('checks', node, ['tools/project/src/check.ts']),
    runStep('web client', node, ['tools/evaluation/src/build-web.ts']),
    runStep('unit and integration tests', 'vitest', ['run', '--project', 'unit', '--project', 'model'], env),
    runStep('end-to-end tests', 'vitest', ['run', '--project', 'e2e'], env),
    runStep('clients others wrote', node, ['tools/project/src/conformance.ts'], env),
  ];
  for (const line of skipped) process.stdout.write(`SKIPPED: ${line}\n`);
  return results.every(Boolean) && !(process.env.CI === 'true' && skipped.length > 0);
}
