import { createConnection } from 'node:net';

/** A server that still starts up or recovers accepts the socket but refuses the start-up message; one that serves asks for a password. */
export function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ path });
    const finish = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.on('error', () => finish(false));
    // A server that gives up while it starts, as when the children of a killed one still live, hangs up without a word.
    socket.on('close', () => finish(false));
    socket.setTimeout(1000, () => finish(false));
    socket.on('connect', () => socket.write(startUpMessage()));
    // 'R' asks for a password: the server serves. 'E' is "starting up".
    socket.on('data', (bytes) => finish(bytes[0] === 0x52));
  });
}

function startUpMessage(): Buffer {
  const parameters = Buffer.from('user\0postgres\0database\0postgres\0\0');
  const head = Buffer.alloc(8);
  head.writeInt32BE(8 + parameters.length, 0);
  head.writeInt32BE(196608, 4);
  return Buffer.concat([head, parameters]);
}
