// Proves `npm start` as a newcomer meets it: a clean clone in a fresh folder that only its owner may enter, started, asked for
// its sign-in page and a token, stopped with Ctrl-C, and started again on the same data.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const folder = mkdtempSync(join(tmpdir(), 'cloister-start-'));
const clone = join(folder, 'clone');
const data = join(folder, 'data');
const port = 24_000 + Math.floor(Math.random() * 2000);
const env = {
  ...process.env,
  CLOISTER_DATA: data,
  CLOISTER_PORT: String(port),
  NODE_COMPILE_CACHE: join(folder, 'compile-cache'),
};
let running;

try {
  run('git', ['clone', '-q', process.cwd(), clone]);
  await started('first start');
  await asked();
  await stopped();
  await started('second start');
  await asked();
  await stopped();
  process.stdout.write('npm start: proven from a clean clone, twice on the same data\n');
} finally {
  if (running !== undefined && running.exitCode === null) process.kill(-running.pid, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

async function started(title) {
  const from = Date.now();
  running = spawn('npm', ['start'], { cwd: clone, env, stdio: ['ignore', 'inherit', 'inherit'], detached: true });
  let ended = false;
  running.once('exit', () => (ended = true));
  while (!existsSync(join(data, 'endpoints.json'))) {
    if (ended) throw new Error(`${title}: npm start ended by itself`);
    if (Date.now() - from > 300_000) throw new Error(`${title}: no endpoints.json after 300 s`);
    await pause(50);
  }
  process.stdout.write(`${title}: ${((Date.now() - from) / 1000).toFixed(1)} s until everything answers\n`);
}

async function asked() {
  const endpoints = JSON.parse(readFileSync(join(data, 'endpoints.json'), 'utf8'));
  const [person] = endpoints.people;
  const page = await fetch(endpoints.organisations[0].app.replace(/\/\/[^/:]+/, '//localhost'), {
    headers: { host: new URL(endpoints.organisations[0].app).host },
  });
  if (page.status >= 500) throw new Error(`the web client answers ${page.status}`);
  const token = run('npm', ['run', '-s', 'cloister', '--', 'token', person.email, '--data', data])
    .trim()
    .split('\n')
    .at(-1);
  if (token.split('.').length !== 3) throw new Error('cloister token printed no access token');
}

async function stopped() {
  const child = running;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  process.kill(-child.pid, 'SIGINT');
  await gone;
  running = undefined;
  if (existsSync(join(data, 'endpoints.json'))) throw new Error('endpoints.json is still there after a clean stop');
}

function run(file, args) {
  const done = spawnSync(file, args, {
    cwd: existsSync(clone) ? clone : process.cwd(),
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (done.status !== 0) throw new Error(`${file} ${args[0]} failed`);
  return done.stdout;
}
