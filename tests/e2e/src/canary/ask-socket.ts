import { request } from 'node:http';

/** What a server says on a unix socket of its own. */
export const askSocket = (socketPath: string, path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const asking = request({ socketPath, path }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => {
        text += part;
      });
      answer.on('end', () => resolve(text));
    });
    asking.on('error', reject);
    asking.end();
  });
