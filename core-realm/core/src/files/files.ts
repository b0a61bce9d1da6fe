import type { Database } from '@cloister/database';
import { CloisterError, type FileId, maxFileSize, newId, type RoomId, type UserId } from '@cloister/wire';
import * as store from '../store/files.ts';
import { findRoom } from '../store/find-rooms.ts';
import { capabilityHash, newCapability, type Purpose } from './capability.ts';
import type { FileStore } from './file-store.ts';

/** docs/wires.md §6: a capability lives 15 minutes. */
const capabilityLife = 15 * 60_000;
/** An upload that was not finished by then is dropped; longer than any capability lives. */
const abandonedAfter = 60 * 60_000;

export interface FilesOptions {
  readonly db: Database;
  readonly store: FileStore;
  readonly now: () => number;
}

/** Files of rooms: opaque bytes of an announced size, with no name and no type (kms.md §3.6). */
export class Files {
  readonly #options: FilesOptions;

  constructor(options: FilesOptions) {
    this.#options = options;
  }

  /** Announces an upload; answers the two capabilities it needs. */
  async open(roomId: RoomId, ownerId: UserId, size: number): Promise<{ upload: string; finish: string }> {
    const { db, now } = this.#options;
    if (size > maxFileSize) throw new CloisterError('core/too-large');
    const room = await findRoom(db, roomId, ownerId);
    if (room === undefined || room.membership.suspendedAt !== null) throw new CloisterError('core/not-found');
    const id = newId<FileId>();
    const at = new Date(now());
    const opened = await store.insertFile(db, { id, roomId, ownerId, size }, at);
    if (!opened) throw new CloisterError('core/too-many');
    return { upload: await this.#grant(id, 'upload'), finish: await this.#grant(id, 'finish') };
  }

  /** Takes the bytes; may be repeated until the upload is finished. */
  async upload(capability: string, declared: number | undefined, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const file = await this.#fileOf(capability, 'upload');
    if (file.state === 'finished') throw new CloisterError('core/upload-gone');
    if (declared !== undefined && declared !== file.size) {
      throw new CloisterError('core/invalid-request', { detail: 'The upload is not of the size that was announced.' });
    }
    const received = await this.#options.store.receive(file.size, bytes);
    try {
      // The row is locked while the bytes take their place, so that a finished file never changes.
      await this.#options.db.transaction(async (tx) => {
        const moved = await store.moveFile(tx, file.id, ['open', 'uploaded'], 'uploaded');
        if (!moved) throw new CloisterError('core/upload-gone');
        await received.keep(file.id);
      });
    } finally {
      await received.drop();
    }
  }

  /** Says that the upload is complete. `fileHash` is not looked at: a published client sends a constant (kms.md §3.6). */
  async finish(capability: string, ownerId: UserId, size: number): Promise<FileId> {
    const file = await this.#fileOf(capability, 'finish');
    if (file.ownerId !== ownerId) throw new CloisterError('core/not-found');
    if (file.size !== size) throw new CloisterError('core/invalid-request', { detail: 'The file is of another size.' });
    const finished = await store.moveFile(this.#options.db, file.id, ['uploaded', 'finished'], 'finished');
    if (!finished) throw new CloisterError('core/conflict', { detail: 'The file has not been uploaded yet.' });
    return file.id;
  }

  async ofMember(id: FileId, userId: UserId): Promise<store.StoredFile> {
    const file = await store.fileOfMember(this.#options.db, id, userId);
    if (file?.state !== 'finished') throw new CloisterError('core/not-found');
    return file;
  }

  /** A capability to download a file without a token, for a member. */
  async grantDownload(id: FileId, userId: UserId): Promise<string> {
    const file = await this.ofMember(id, userId);
    return this.#grant(file.id, 'download');
  }

  async ofDownload(capability: string): Promise<store.StoredFile> {
    const file = await this.#fileOf(capability, 'download');
    if (file.state !== 'finished') throw new CloisterError('core/not-found');
    return file;
  }

  /** Removes the ciphertext of files whose share was deleted; what a crash leaves is found by the next sweep. */
  async removeDeleted(): Promise<void> {
    const { db, store: bytes } = this.#options;
    for (const { id } of await store.deletedFiles(db)) {
      await bytes.remove(id);
      await store.deleteFile(db, id);
    }
  }

  /** Drops what was deleted or never finished, and capabilities that expired. */
  async sweep(): Promise<void> {
    const { db, store: bytes, now } = this.#options;
    await this.removeDeleted();
    await store.deleteExpiredCapabilities(db, new Date(now()));
    for (const { id } of await store.abandonedFiles(db, new Date(now() - abandonedAfter))) {
      await bytes.remove(id);
      await store.deleteFile(db, id);
    }
  }

  async #grant(fileId: FileId, purpose: Purpose): Promise<string> {
    const capability = newCapability();
    const expiresAt = new Date(this.#options.now() + capabilityLife);
    await store.insertCapability(this.#options.db, { hash: capabilityHash(capability), purpose, fileId, expiresAt });
    return capability;
  }

  async #fileOf(capability: string, purpose: Purpose): Promise<store.StoredFile> {
    const { db, now } = this.#options;
    const file = await store.fileOfCapability(db, capabilityHash(capability), purpose, new Date(now()));
    if (file === null) throw new CloisterError('core/upload-gone');
    return file;
  }
}
