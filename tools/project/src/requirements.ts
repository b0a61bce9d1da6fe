// `npm run requirements [-- --json] [R280 …]`: each requirement with the tests and groups of tests that name it, or "none".
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { projectRoot } from './project-root.ts';

const source = process.env.CLOISTER_REQUIREMENTS;
if (source === undefined) {
  process.stderr.write(
    'error: CLOISTER_REQUIREMENTS is not set\nhint: set it to the requirements file, whose table rows start with "| R001 |"\n',
  );
  process.exit(1);
}
const asked = process.argv.slice(2).filter((word) => /^R\d{3}$/.test(word));
const ids = [...readFileSync(source, 'utf8').matchAll(/^\| (R\d{3}) \|/gm)].flatMap(([, id]) => id ?? []);
const proofs = provingTests();
const rows = ids
  .filter((id) => asked.length === 0 || asked.includes(id))
  .map((id) => ({ id, tests: proofs.get(id) ?? [] }));

if (process.argv.includes('--json')) {
  process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
} else {
  for (const { id, tests } of rows)
    process.stdout.write(`${id}  ${tests.length === 0 ? 'none' : tests.join(`\n${' '.repeat(6)}`)}\n`);
  const proven = rows.filter(({ tests }) => tests.length > 0).length;
  process.stdout.write(`\n${proven} of ${rows.length} requirements are named by a test\n`);
}

function provingTests(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const file of testFiles(projectRoot)) {
    const titles = readFileSync(file, 'utf8').matchAll(
      /\b(?:it|test|describe)(?:\.\w+)*(?:\([^)'"`]*\))?\(\s*(['"`])((?:(?!\1).)*)\1/g,
    );
    for (const [, , title = ''] of titles) {
      for (const [id] of title.matchAll(/R\d{3}/g)) {
        found.set(id, [...(found.get(id) ?? []), `${relative(projectRoot, file)}: ${title}`]);
      }
    }
  }
  return found;
}

function* testFiles(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name === 'dist' || entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* testFiles(path);
    else if (/\.test\.(tsx?|mjs|cjs)$/.test(entry.name)) yield path;
  }
}
