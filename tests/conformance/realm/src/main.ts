// `node src/main.ts prepare <folder>`, then `node src/main.ts run <folder>`: see README.md.
import { prepare } from './prepare.ts';
import { type Result, run } from './run.ts';

const usage = 'usage: node src/main.ts prepare <folder>\n       node src/main.ts run <folder>\n';

const tell = ({ name, faults, ms }: Result): void => {
  process.stdout.write(`${faults.length === 0 ? 'ok    ' : 'FAILED'} ${name} (${ms.toFixed(0)} ms)\n`);
  for (const fault of faults) process.stdout.write(`       ${fault.replaceAll('\n', '\n       ')}\n`);
};

const [command, folder] = process.argv.slice(2);
if (command === 'prepare' && folder !== undefined) await prepare(folder);
else if (command === 'run' && folder !== undefined) {
  const results = await run(folder, { tell });
  const failed = results.filter(({ faults }) => faults.length > 0).length;
  process.stdout.write(`${results.length - failed} of ${results.length} cases passed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
} else {
  process.stderr.write(usage);
  process.exitCode = 2;
}
