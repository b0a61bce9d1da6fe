import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A unix socket's path may have 107 bytes; this leaves room for the longest file name below. */
const longestRunFolder = 70;

/** Where everything of a deployment lies. Folders are readable by their owner only. */
export interface Layout {
  readonly data: string;
  readonly endpoints: string;
  readonly authority: string;
  readonly logs: string;
  readonly cluster: string;
  /** Sockets; `<data>/run` leads there. */
  readonly run: string;
  /** A server's own folder: config, credentials, what it keeps. */
  server(name: string): string;
  log(name: string): string;
  socket(name: string): string;
  health(name: string): string;
}

export function layOut(data: string): Layout {
  const run = runFolder(data);
  const layout: Layout = {
    data,
    endpoints: join(data, 'endpoints.json'),
    authority: join(data, 'authority'),
    logs: join(data, 'logs'),
    cluster: join(data, 'postgres', 'cluster'),
    run,
    server: (name) => join(data, 'servers', name),
    log: (name) => join(data, 'logs', `${name}.log`),
    socket: (name) => join(run, `${name}.sock`),
    health: (name) => join(run, `${name}.health`),
  };
  for (const folder of [data, layout.authority, layout.logs, run, join(data, 'postgres'), join(data, 'servers')]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
  const link = join(data, 'run');
  if (run !== link && !existsSync(link)) {
    if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) rmSync(link);
    symlinkSync(run, link);
  }
  return layout;
}

function runFolder(data: string): string {
  const inside = join(data, 'run');
  if (Buffer.byteLength(inside) <= longestRunFolder) return inside;
  const name = createHash('sha256').update(data).digest('hex').slice(0, 16);
  return join(tmpdir(), `cloister-${process.getuid?.() ?? 0}-${name}`);
}
