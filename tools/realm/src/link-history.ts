import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';

/** What the key server's log says of its link to the core. */
export interface LinkState {
  readonly isUp: boolean;
  /** ISO 8601. */
  readonly since: string;
}

const tailBytes = 1024 * 1024;

/** The newest word about the link in the newest part of a log; null when there is none. It is there when nothing runs. */
export const linkStateOf = (file: string): LinkState | null => {
  if (!existsSync(file)) return null;
  for (const line of tailOf(file).split('\n').toReversed()) {
    const said = parsed(line);
    if (said === null) continue;
    if (said.event === 'core-link.open') return { isUp: true, since: said.time };
    if (said.event === 'core-link.closed' || said.event === 'kms.stopped') return { isUp: false, since: said.time };
  }
  return null;
};

const parsed = (line: string): { event: string; time: string } | null => {
  try {
    const { event, time } = JSON.parse(line) as Record<string, unknown>;
    if (typeof event !== 'string' || typeof time !== 'string' || Number.isNaN(Date.parse(time))) return null;
    return { event, time };
  } catch {
    return null;
  }
};

const tailOf = (file: string): string => {
  const descriptor = openSync(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const bytes = Buffer.alloc(Math.min(size, tailBytes));
    readSync(descriptor, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString('utf8');
  } finally {
    closeSync(descriptor);
  }
};
