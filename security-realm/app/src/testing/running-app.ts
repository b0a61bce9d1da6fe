import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { type AppConfig, appConfig } from '../config.ts';
import { openApp } from '../open-app.ts';
import { rootCertificate } from './root-certificate.ts';

/** The shell and the one script of the build that tests serve. */
export const shell = '<!doctype html><title>Cloister</title>';
export const script = 'console.log("cloister");'.repeat(40);

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface RunningApp {
  config: AppConfig;
  ask(path: string, headers?: Record<string, string>, method?: string): Promise<Answer>;
  stop(): Promise<void>;
}

/** An app server over a small build in a folder of its own, with a file beside `dist` that nobody may read. */
export async function runApp(): Promise<RunningApp> {
  const folder = await mkdtemp(join(tmpdir(), 'app-'));
  await mkdir(join(folder, 'dist/assets'), { recursive: true });
  await writeFile(join(folder, 'secret.txt'), 'outside');
  await writeFile(join(folder, 'root.pem'), rootCertificate);
  await writeFile(join(folder, 'dist/index.html'), shell);
  await writeFile(join(folder, 'dist/icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(join(folder, 'dist/assets/main-1a2b.js'), script);
  await writeFile(join(folder, 'dist/assets/main-1a2b.js.br'), brotliCompressSync(script));
  const site = (scheme: string, port: number) => ({
    origin: `${scheme}://acme.localhost:${port}`,
    core: `${scheme}://core.localhost:${port}`,
    files: `${scheme}://files.localhost:${port}`,
    identity: `${scheme}://id.localhost:${port}`,
  });
  const config = appConfig.parse({
    listen: { socket: join(folder, 'app.sock') },
    health: { socket: join(folder, 'health.sock') },
    dist: join(folder, 'dist'),
    sites: [site('http', 8443), site('https', 8444)],
    organisation: {
      id: '3b0a0a52-9d0e-4c4b-8b5e-0f8f5a0f3c11',
      name: 'Acme',
      domain: 'acme.example',
      kmsHost: 'kms.acme.example',
    },
    kmsRoots: [join(folder, 'root.pem')],
    clientId: 'cloister-web',
  });
  const app = await openApp(config);
  return {
    config,
    ask: (path, headers = {}, method = 'GET') => ask(config.listen.socket, path, headers, method),
    stop: async () => {
      await app.close();
      await rm(folder, { recursive: true });
    },
  };
}

function ask(socketPath: string, path: string, headers: Record<string, string>, method: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { socketPath, path, method, headers: { host: 'acme.localhost:8443', ...headers }, agent: false };
    const asked = request(options, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
      );
    });
    asked.on('error', reject);
    asked.end();
  });
}
