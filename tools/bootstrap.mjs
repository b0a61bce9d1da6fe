// The one file that any Node from 20 on can run: it installs what the project needs (Node 24, pnpm, dependencies) and then
// hands over to TypeScript on Node 24. Plain JavaScript on purpose: nothing is installed yet when it runs.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const wantedMajor = 24;

const commands = {
  start: 'tools/evaluation/src/main.ts',
  cloister: 'clients/cli/src/main.ts',
  test: 'tools/project/src/test.ts',
  'test:deep': 'tools/project/src/test-deep.ts',
  conformance: 'tools/project/src/conformance.ts',
  bench: 'bench/src/main.ts',
  check: 'tools/project/src/check.ts',
  pkcs11: 'tools/project/src/pkcs11.ts',
  requirements: 'tools/project/src/requirements.ts',
};

// Programs of their own behind `cloister`: the operator's commands about realms are identity's, the owner's are the realm's.
const realmCommands = {
  invite: 'identity-realm/identity/src/main.ts',
  list: 'identity-realm/identity/src/main.ts',
  withdraw: 'identity-realm/identity/src/main.ts',
};

const [name = '', ...given] = process.argv.slice(2);
const isRealm = name === 'cloister' && given[0] === 'realm';
const operators = isRealm ? realmCommands[given[1]] : undefined;
const entry = isRealm ? (operators ?? 'tools/realm/src/main.ts') : commands[name];
const args = isRealm && operators === undefined ? given.slice(1) : given;
if (entry === undefined) fail(`unknown command "${name}"`, `use one of: ${Object.keys(commands).join(', ')}`);
if (Number(process.versions.node.split('.')[0]) < 20)
  fail(`Node ${process.versions.node} is too old`, 'install Node 20 or newer');

installDependencies();
handOver(node24());

function installDependencies() {
  const lock = readFileSync(join(root, 'pnpm-lock.yaml'));
  const fingerprint = createHash('sha256').update(lock).digest('hex');
  const marker = join(root, 'node_modules', '.cloister-installed');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === fingerprint) return;
  const pnpm = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).config.pnpm;
  say(`installing dependencies with ${pnpm} (once; a minute or so)`);
  const windows = process.platform === 'win32';
  const done = spawnSync(
    windows ? 'npx.cmd' : 'npx',
    ['--yes', pnpm, 'install', '--frozen-lockfile', '--reporter=append-only'],
    {
      cwd: root,
      stdio: ['ignore', 2, 2],
      env: { ...process.env, CI: 'true' },
      shell: windows,
    },
  );
  if (done.status !== 0) {
    fail(
      'installing the dependencies failed',
      'read the lines above; the npm registry must be reachable, then run the command again',
    );
  }
  mkdirSync(dirname(marker), { recursive: true });
  writeFileSync(marker, fingerprint);
}

function node24() {
  if (Number(process.versions.node.split('.')[0]) >= wantedMajor) return process.execPath;
  const bundled = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (existsSync(bundled)) return bundled;
  return fail(
    `Node ${process.versions.node} is older than ${wantedMajor}, and the npm registry brings none for ${process.platform} ${process.arch}`,
    `install Node ${wantedMajor} and run the command again`,
  );
}

function handOver(node) {
  const path = [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH].join(
    process.platform === 'win32' ? ';' : ':',
  );
  const child = spawn(node, [join(root, entry), ...args], {
    stdio: 'inherit',
    env: {
      ...process.env,
      PATH: path,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, 'node_modules', '.cache', 'node-compile'),
    },
  });
  // A Ctrl-C at the terminal reaches the child by itself, a signal sent to this process alone does not; the child takes both as
  // one. Either way this process waits, so that the shell's prompt comes back after the clean stop.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // Killed outright, npm tells nobody: without this, the servers would go on with no one to stop them.
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || child.kill('SIGTERM'), 500).unref();
  child.on('exit', (code, signal) => process.exit(signal === null ? code : 1));
}

function say(text) {
  process.stderr.write(`cloister: ${text}\n`);
}

function fail(what, hint) {
  process.stderr.write(`error: ${what}\nhint: ${hint}\n`);
  process.exit(1);
}
