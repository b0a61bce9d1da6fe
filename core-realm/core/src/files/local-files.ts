import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CloisterError, type FileId, newId } from '@cloister/wire';
import type { ByteRange, FileStore, Received } from './file-store.ts';

/** Keeps files in a folder: `<folder>/<two digits>/<id>`, and what arrives in `<folder>/incoming` until it is complete. */
export class LocalFiles implements FileStore {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Opens the folder and drops what a crash left half-written. */
  static async open(folder: string): Promise<LocalFiles> {
    const incoming = join(folder, 'incoming');
    await mkdir(incoming, { recursive: true, mode: 0o700 });
    for (const name of await readdir(incoming)) await rm(join(incoming, name), { force: true });
    return new LocalFiles(folder);
  }

  async receive(size: number, bytes: AsyncIterable<Uint8Array>): Promise<Received> {
    // A name of its own, so that two uploads of one file never write into each other.
    const incoming = join(this.#folder, 'incoming', newId());
    const drop = () => rm(incoming, { force: true });
    try {
      await writeExactly(incoming, size, bytes);
    } catch (error) {
      await drop();
      throw error;
    }
    return { drop, keep: (id) => this.#place(incoming, id) };
  }

  read(id: FileId, range?: ByteRange): NodeJS.ReadableStream {
    return createReadStream(this.#pathOf(id), range === undefined ? {} : { start: range.first, end: range.last });
  }

  async remove(id: FileId): Promise<void> {
    await rm(this.#pathOf(id), { force: true });
  }

  async #place(incoming: string, id: FileId): Promise<void> {
    const place = this.#pathOf(id);
    await mkdir(dirname(place), { recursive: true, mode: 0o700 });
    await rename(incoming, place);
    await syncFolder(dirname(place));
  }

  #pathOf(id: FileId): string {
    return join(this.#folder, id.slice(0, 2), id);
  }
}

const writeExactly = async (path: string, size: number, bytes: AsyncIterable<Uint8Array>): Promise<void> => {
  const file = await open(path, 'wx', 0o600);
  try {
    await copyExactly(file, size, bytes);
    await file.sync();
  } finally {
    await file.close();
  }
};

const copyExactly = async (file: FileHandle, size: number, bytes: AsyncIterable<Uint8Array>): Promise<void> => {
  let written = 0;
  for await (const part of bytes) {
    written += part.length;
    if (written > size) break;
    await file.writeFile(part);
  }
  if (written !== size) {
    throw new CloisterError('core/invalid-request', { detail: 'The upload is not of the size that was announced.' });
  }
};

/** A rename is durable only when its folder is. */
const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
