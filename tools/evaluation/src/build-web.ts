import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetUpError } from '@cloister/postgres';

const project = fileURLToPath(new URL('../../..', import.meta.url));
const web = join(project, 'clients', 'web');
const sources = ['clients/web', 'clients/sdk', 'protocol', 'pnpm-lock.yaml'];

/** Builds the web client when its sources differ from those of the last build. @throws SetUpError when the build fails. */
export function buildWebClient(say: (what: string) => void): void {
  const marker = join(web, 'dist', '.sources');
  const now = fingerprint();
  if (existsSync(marker) && readFileSync(marker, 'utf8') === now) return;
  say('building the web client');
  const done = spawnSync(process.execPath, ['src/build/main.ts'], { cwd: web, encoding: 'utf8' });
  if (done.status !== 0) {
    throw new SetUpError(`building the web client failed:\n${done.stdout}${done.stderr}`, 'the lines above say why');
  }
  writeFileSync(marker, now);
}

function fingerprint(): string {
  const hash = createHash('sha256');
  for (const source of sources)
    for (const file of filesOf(join(project, source))) hash.update(file).update(readFileSync(file));
  return hash.digest('hex');
}

function* filesOf(path: string): Generator<string> {
  if (!statSync(path).isDirectory()) {
    yield path;
    return;
  }
  for (const name of readdirSync(path).sort()) {
    if (name === 'node_modules' || name === 'dist' || name.includes('.test.')) continue;
    yield* filesOf(join(path, name));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildWebClient((what) => process.stdout.write(`${what}\n`));
