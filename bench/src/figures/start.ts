import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@cloister/evaluation';
import { type Figure, limitFigure } from '../figure.ts';

const project = fileURLToPath(new URL('../../..', import.meta.url));
const cli = join(project, 'clients', 'cli', 'src', 'main.ts');

/** `start`: from `npm start` to the sign-in page and the first post, on a fresh data folder and then on the same again. */
export async function startFigures(): Promise<Record<string, Figure>> {
  const data = mkdtempSync(join(tmpdir(), 'cloister-bench-start-'));
  try {
    const port = await freePort();
    const first = await once(data, port);
    const second = await once(data, port);
    return { 'start-first': limitFigure(first, 60, 's'), start: limitFigure(second, 5, 's') };
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

async function once(data: string, port: number): Promise<number> {
  const started = performance.now();
  const env = { ...process.env, CLOISTER_DATA: data, CLOISTER_PORT: String(port) };
  const child = spawn('npm', ['start'], { cwd: project, env, stdio: 'ignore', detached: true });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  try {
    const file = join(data, 'endpoints.json');
    while (!existsSync(file)) {
      if (child.exitCode !== null) throw new Error('npm start ended by itself');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const { people, oauth } = JSON.parse(readFileSync(file, 'utf8'));
    const page = await fetch(`${oauth}/.well-known/openid-configuration`);
    if (!page.ok) throw new Error('the sign-in service does not answer');
    const room = JSON.parse(await cloister(data, people[0].email, 'room', 'create', 'first'));
    await cloister(data, people[0].email, 'room', 'send', room.id, 'first post');
    return (performance.now() - started) / 1000;
  } finally {
    if (child.exitCode === null) process.kill(-(child.pid ?? 0), 'SIGINT');
    await gone;
  }
}

function cloister(data: string, email: string, ...words: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const args = [cli, ...words, '--as', email, '--data', data, '--json'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let printed = '';
    child.stdout.on('data', (bytes: Buffer) => {
      printed += bytes.toString();
    });
    child.once('exit', (code) =>
      code === 0 ? resolve(printed) : reject(new Error(`cloister ${words.join(' ')} failed`)),
    );
  });
}
