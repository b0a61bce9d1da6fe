import { request } from 'node:http';
import { text } from 'node:stream/consumers';

/** What a server says at its health socket; null when nobody answers. */
export const askSocket = (socketPath: string, path: string): Promise<{ status: number; body: string } | null> =>
  new Promise((resolve) => {
    const asking = request({ socketPath, path, timeout: 2000 }, (answer) => {
      text(answer).then(
        (body) => resolve({ status: answer.statusCode ?? 0, body }),
        () => resolve(null),
      );
    });
    asking.on('error', () => resolve(null));
    asking.on('timeout', () => asking.destroy());
    asking.end();
  });
