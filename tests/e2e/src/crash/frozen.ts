import { request } from 'node:http';
import type { Constellation } from '@cloister/testkit';

const long = 4_000;

/** Stops a server in the middle of what it does, shows that it answered nobody for seconds, and lets it go on. */
export const frozen = async ({ deployment }: Constellation, name: string): Promise<void> => {
  deployment.signal(name, 'SIGSTOP');
  try {
    await unanswered(deployment.layout.health(name));
  } finally {
    deployment.signal(name, 'SIGCONT');
  }
};

const unanswered = (socketPath: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const asking = request({ socketPath, path: '/healthz', timeout: long }, () =>
      reject(new Error(`${socketPath} answers although it was stopped`)),
    );
    asking.on('timeout', () => {
      asking.destroy();
      resolve();
    });
    asking.on('error', reject);
    asking.end();
  });
