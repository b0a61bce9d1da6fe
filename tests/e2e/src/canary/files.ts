import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface FilePiece {
  readonly file: string;
  readonly bytes: Buffer;
}

const pieceSize = 8 * 1024 * 1024;

/** Every file under a folder (or the file itself), with its path, in pieces that overlap. */
export function* filesUnder(path: string, overlap: number): Generator<FilePiece> {
  for (const file of pathsUnder(path)) {
    // A name tells as much as a content.
    yield { file, bytes: Buffer.from(file) };
    yield* piecesOf(file, overlap);
  }
}

export const pathsUnder = (path: string): string[] => {
  if (!existsSync(path)) return [];
  const stat = statSync(path);
  if (stat.isFile()) return [path];
  if (!stat.isDirectory()) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isFile() || entry.isDirectory())
    .flatMap((entry) => pathsUnder(join(path, entry.name)));
};

function* piecesOf(file: string, overlap: number): Generator<FilePiece> {
  // A running server removes files, too.
  const open = existsSync(file) ? openSync(file, 'r') : undefined;
  if (open === undefined) return;
  try {
    for (let at = 0; ; at += pieceSize - overlap) {
      const buffer = Buffer.alloc(pieceSize);
      const count = readSync(open, buffer, 0, pieceSize, at);
      if (count > 0) yield { file, bytes: buffer.subarray(0, count) };
      if (count < pieceSize) return;
    }
  } finally {
    closeSync(open);
  }
}
