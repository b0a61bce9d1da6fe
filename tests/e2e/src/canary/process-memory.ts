import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';

export interface MemoryPiece {
  readonly where: string;
  readonly bytes: Buffer;
}

export interface MemoryOptions {
  /** Shared mappings too: one process's copy of them is everybody's. */
  readonly shared: boolean;
  /** By how much pieces of one region overlap. */
  readonly overlap: number;
}

const pieceSize = 16 * 1024 * 1024;
const pageSize = 4096;

/**
 * What a process holds in memory, piece by piece, while it stands still: everything readable that it can have written, and
 * no program text. Root only.
 */
export function* memoryOf(pid: number, { shared, overlap }: MemoryOptions): Generator<MemoryPiece> {
  process.kill(pid, 'SIGSTOP');
  while (stateOf(pid) !== 'T');
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    const buffer = Buffer.alloc(pieceSize);
    for (const { from, to, name } of regionsOf(pid, shared)) {
      for (let at = from; at < to; ) {
        const length = Math.min(pieceSize, to - at);
        const count = readPages(memory, buffer.subarray(0, length), at);
        if (count > 0) yield { where: `${name} 0x${at.toString(16)}`, bytes: buffer.subarray(0, count) };
        if (count < length) at += count + pageSize - (count % pageSize);
        else at += at + length < to ? length - overlap : length;
      }
    }
  } finally {
    closeSync(memory);
    process.kill(pid, 'SIGCONT');
  }
}

const regionsOf = (pid: number, shared: boolean) =>
  readFileSync(`/proc/${pid}/maps`, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, from = '', to = '', mode = '', name = ''] =
        /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \d+ *(.*)$/.exec(line) ?? [];
      const written = mode.startsWith('rw') || (mode.startsWith('r') && !name.startsWith('/'));
      const wanted = written && (shared || mode.endsWith('p')) && !name.startsWith('[v');
      return wanted
        ? [{ from: Number.parseInt(from, 16), to: Number.parseInt(to, 16), name: name || 'anonymous' }]
        : [];
    });

const stateOf = (pid: number): string | undefined => /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];

/** A guard page or a device's cannot be read; it holds nothing either. */
const readPages = (memory: number, into: Buffer, at: number): number => {
  try {
    return readSync(memory, into, 0, into.length, at);
  } catch {
    return 0;
  }
};

/** The processes `pid` started, with the title they give themselves. */
export const childrenOf = (pid: number): { pid: number; title: string }[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const parent = Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1]);
        const title = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        return parent === pid ? [{ pid: Number(name), title }] : [];
      } catch {
        return [];
      }
    });
