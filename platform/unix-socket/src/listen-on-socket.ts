import { chmodSync, lstatSync, unlinkSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { CloisterError } from '@cloister/wire';

/** `sun_path` holds 108 bytes on Linux and 104 on macOS, with a closing zero. */
const LONGEST = process.platform === 'darwin' ? 103 : 107;

/** Connections that wait to be taken; a unix socket refuses more at once (EAGAIN). The kernel's own limit is mostly this. */
const BACKLOG = 4096;

/** Who may connect: the process's own user, or also those of its group. */
export type SocketMode = 0o600 | 0o660;

/**
 * Makes `server` listen on the unix socket `path` (mode 0600 unless told). A socket that a killed process left is removed first.
 * @throws CloisterError `platform/socket` when another process answers there, the path is no socket, too long or not writable
 */
export async function listenOnSocket(server: Server, path: string, mode: SocketMode = 0o600): Promise<void> {
  if (Buffer.byteLength(path) > LONGEST) {
    throw new CloisterError('platform/socket', {
      detail: `${path} is longer than the ${LONGEST} bytes a unix socket's path may have; use a folder with a shorter name`,
    });
  }
  await removeStale(path);
  await new Promise<void>((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? inUse(path, 'another process took it')
          : new CloisterError('platform/socket', { detail: `cannot listen on ${path} (${error.code ?? 'unknown'})` }),
      );
    server.once('error', fail);
    server.listen({ path, backlog: BACKLOG }, () => {
      server.off('error', fail);
      chmodSync(path, mode);
      resolve();
    });
  });
}

async function removeStale(path: string): Promise<void> {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (!stat.isSocket()) throw inUse(path, 'it is not a socket');
  if (await answers(path)) throw inUse(path, 'another process listens there');
  unlinkSync(path);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    // A full backlog (EAGAIN) means that someone listens; only a refused or vanished one is stale.
    probe.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT'),
    );
  });
}

function inUse(path: string, why: string): CloisterError {
  return new CloisterError('platform/socket', { detail: `${path}: ${why}; stop it first or choose another path` });
}
