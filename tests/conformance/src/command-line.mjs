// Our command line beside the published client.
import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../../clients/cli/src/main.ts', import.meta.url));
const data = dirname(process.env.CLOISTER_ENDPOINTS);

/** Our command line as a person: its answer's lines, parsed. */
export function cloister(as, ...words) {
  const args = [program, ...words, '--as', as.email, '--data', data, '--json'];
  const printed = execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  return printed
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
