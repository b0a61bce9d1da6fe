// `npm run check`: types, lint and formatting, import rules, dependency closures, unused code, README code.
// `-- --write` formats and makes the closure lists anew.
import { checkClosures } from './closures.ts';
import { compileReadmeCode } from './readme-code.ts';
import { runStep } from './step.ts';

const write = process.argv.includes('--write');
const folders = [
  'protocol',
  'platform',
  'core-realm',
  'security-realm',
  'identity-realm',
  'clients',
  'tests',
  'tools',
  'bench',
];

const results = [
  runStep('types', 'tsc', ['-p', '.']),
  runStep('lint and formatting', 'biome', write ? ['check', '--write', '.'] : ['ci', '.']),
  runStep('import rules', 'depcruise', ['--config', '.dependency-cruiser.cjs', ...folders]),
  closures(),
  runStep('unused code', 'knip', []),
  compileReadmeCode(),
];

process.exit(results.every(Boolean) ? 0 : 1);

function closures(): boolean {
  const complaints = checkClosures(write);
  process.stdout.write(`\n== dependency closures: ${complaints.length === 0 ? 'passed' : 'FAILED'}\n`);
  for (const complaint of complaints) process.stdout.write(`${complaint}\n`);
  return complaints.length === 0;
}
