import { readFile, stat, unlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { CommandContext } from '../command.ts';
import { Failure } from '../failure.ts';

/** Where a new main key and its upload are written. */
export interface KeyFiles {
  readonly key: string;
  readonly upload: string;
}

/** In a folder under the usual names, else beside each other: `<file>` and `<file>.upload`. */
export const keyFilesAt = async ({ io }: Pick<CommandContext, 'io'>, wanted: string): Promise<KeyFiles> => {
  const path = resolve(io.folder, wanted);
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const key = isFolder ? join(path, 'main-key.bin') : path;
  return { key, upload: isFolder ? join(path, 'main-key.upload') : `${path}.upload` };
};

/** Writes a file that is not there yet, for its owner alone. */
export const writeNew = async (path: string, content: string | Uint8Array): Promise<void> => {
  await writeFile(path, content, { mode: 0o600, flag: 'wx' }).catch((cause: NodeJS.ErrnoException) => {
    const exists = cause.code === 'EEXIST';
    throw new Failure('client/storage', exists ? `${path} is there already` : `cannot write ${path}`, {
      hint: exists ? 'nothing is overwritten: give another name' : 'is there such a folder?',
      cause,
    });
  });
};

/** Both files or neither. */
export const writeKeyFiles = async (files: KeyFiles, made: { key: Uint8Array; wrapped: Uint8Array }): Promise<void> => {
  await writeNew(files.key, made.key);
  try {
    await writeNew(files.upload, made.wrapped);
  } catch (cause) {
    await unlink(files.key);
    throw cause;
  }
};

/** The 32 bytes of a main key. The caller wipes them. */
export const readKeyFile = async (context: Pick<CommandContext, 'io'>, file: string): Promise<Uint8Array> => {
  const bytes = await read(context, file);
  if (bytes.length === 32) return bytes;
  bytes.fill(0);
  throw new Failure('client/invalid-request', `${file} is no main key: one has 32 bytes, this has ${bytes.length}`, {
    hint: 'give the file with the key itself, the backup, not the encrypted one',
  });
};

/** A main key encrypted to the organisation's public key. The key itself never leaves this machine. */
export const readUploadFile = async (context: Pick<CommandContext, 'io'>, file: string): Promise<Uint8Array> => {
  const bytes = await read(context, file);
  if (bytes.length === 384 || bytes.length === 512) return bytes;
  bytes.fill(0);
  throw new Failure(
    'client/invalid-request',
    bytes.length === 32
      ? `${file} looks like the main key itself: that stays with you`
      : `${file} is no encrypted main key: one has 384 or 512 bytes, this has ${bytes.length}`,
    { hint: 'give the encrypted file, as cloister key make or OpenSSL writes it' },
  );
};

const read = async ({ io }: Pick<CommandContext, 'io'>, file: string): Promise<Uint8Array> => {
  const path = resolve(io.folder, file);
  return readFile(path).catch((cause: unknown) => {
    throw new Failure('client/not-found', `cannot read ${path}`, { cause });
  });
};
