import { createServer } from 'node:http';
import { listenOnSocket } from '@cloister/unix-socket';
import type { AppConfig } from './config.ts';
import { serve } from './http/serve.ts';
import { readDist } from './store/dist.ts';
import { readKmsRoots } from './store/kms-roots.ts';

/** A running app server. `close` finishes the answers under way. */
export interface App {
  close(): Promise<void>;
}

/** Reads the build and the roots, then listens on the configured socket. Rejects when either is missing. */
export async function openApp(config: AppConfig): Promise<App> {
  const [dist, kmsRoots] = await Promise.all([readDist(config.dist), readKmsRoots(config.kmsRoots)]);
  const server = createServer((request, response) => serve({ config, dist, kmsRoots }, request, response));
  await listenOnSocket(server, config.listen.socket);
  return {
    close: () =>
      new Promise((done, failed) => {
        server.close((error) => (error === undefined ? done() : failed(error)));
        server.closeIdleConnections();
      }),
  };
}
