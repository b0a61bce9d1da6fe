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
    const second = await once(data, port, first.room);
    return { 'start-first': limitFigure(first.seconds, 60, 's'), start: limitFigure(second.seconds, 5, 's') };
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

/** Posts into `room`; the first time there is none yet, so it makes one. */
async function once(data: string, port: number, known?: string): Promise<{ seconds: number; room: string }> {
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
    await signInPage(oauth);
    const room = known ?? JSON.parse(await cloister(data, people[0].email, 'room', 'create', 'first')).id;
    await cloister(data, people[0].email, 'room', 'send', room, 'first post');
    return { seconds: (performance.now() - started) / 1000, room };
  } finally {
    if (child.exitCode === null) process.kill(-(child.pid ?? 0), 'SIGINT');
    await gone;
  }
}

async function signInPage(oauth: string): Promise<void> {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: 'cloister-cli',
    redirect_uri: 'http://127.0.0.1:1/signed-in',
    scope: 'openid spark:all',
    state: 'bench',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  });
  const sent = await fetch(`${oauth}/idb/oauth2/v1/authorize?${query}`, { redirect: 'manual' });
  const cookie = sent.headers.getSetCookie().map((each) => each.split(';')[0]);
  const page = await fetch(new URL(sent.headers.get('location') ?? '', oauth), {
    headers: { cookie: cookie.join('; ') },
  });
  if (!(await page.text()).includes('id="sign-in"')) throw new Error(`the sign-in page does not come: ${page.status}`);
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
