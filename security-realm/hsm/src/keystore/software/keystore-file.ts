import { randomBytes, scryptSync } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CloisterError } from '@cloister/wire';
import * as z from 'zod/mini';
import { aeadOpen, aeadSeal } from './aead.ts';

// 32 MiB and tens of milliseconds a guess; the PIN is meant to be random, see README.md.
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };
const FORMAT = 'cloister-keystore/1 software';

const envelope = z.strictObject({ format: z.literal(FORMAT), salt: z.string(), sealed: z.string() });

/**
 * One file, sealed under scrypt(PIN). A write replaces the file by rename after fsync, so that a crash leaves the
 * old state or the new one. The content on disk is compared before each write: a second process on the same file, or
 * a restored backup, stops this one instead of losing keys.
 */
export class KeystoreFile {
  readonly #path: string;
  readonly #salt: Buffer;
  readonly #key: Buffer;
  #onDisk: Buffer | null;

  private constructor(path: string, salt: Buffer, key: Buffer, onDisk: Buffer | null) {
    this.#path = path;
    this.#salt = salt;
    this.#key = key;
    this.#onDisk = onDisk;
  }

  /** Opens the file, or starts a new one when there is none. Throws `hsm/keystore-locked` on a wrong PIN or damage. */
  static open(path: string, pin: Buffer): { file: KeystoreFile; content: Buffer | null } {
    if (!existsSync(path)) {
      const salt = randomBytes(16);
      return { file: new KeystoreFile(path, salt, scryptSync(pin, salt, 32, COST), null), content: null };
    }
    const bytes = readFileSync(path);
    try {
      const { salt, sealed } = envelope.parse(JSON.parse(bytes.toString('utf8')));
      const saltBytes = Buffer.from(salt, 'base64');
      const key = scryptSync(pin, saltBytes, 32, COST);
      const content = aeadOpen(key, Buffer.from(sealed, 'base64'), Buffer.from(`${FORMAT} ${salt}`));
      return { file: new KeystoreFile(path, saltBytes, key, bytes), content };
    } catch {
      throw new CloisterError('hsm/keystore-locked');
    }
  }

  /** Durable when it returns. Throws `hsm/keystore-changed` when somebody else wrote the file. */
  replace(content: Buffer): void {
    const current = existsSync(this.#path) ? readFileSync(this.#path) : null;
    if (current === null ? this.#onDisk !== null : this.#onDisk === null || !current.equals(this.#onDisk)) {
      throw new CloisterError('hsm/keystore-changed');
    }
    const salt = this.#salt.toString('base64');
    const sealed = aeadSeal(this.#key, content, Buffer.from(`${FORMAT} ${salt}`)).toString('base64');
    const bytes = Buffer.from(`${JSON.stringify({ format: FORMAT, salt, sealed })}\n`);
    const temporary = `${this.#path}.new`;
    const descriptor = openSync(temporary, 'w', 0o600);
    try {
      // All of it or an error: a short write renamed into place would lose every key.
      writeFileSync(descriptor, bytes);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, this.#path);
    const folder = openSync(dirname(this.#path), 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
    this.#onDisk = bytes;
  }
}
