import type { Database } from '@cloister/database';
import {
  CloisterError,
  type FileId,
  maxFileSize,
  maxPagesOfShare,
  maxWorkItems,
  newId,
  type RoomId,
} from '@cloister/wire';
import { type Asker, isMachine } from '../domain/asker.ts';
import { readsAsGuest } from '../domain/machine-reading.ts';
import { roomToRead } from '../functions/store/room-to-read.ts';
import * as store from '../store/files.ts';
import { type CapabilityPurpose, capabilityHash, newCapability } from './capability.ts';
import type { FileStore } from './file-store.ts';

/** docs/wires.md §6: a capability lives 15 minutes. */
const capabilityLife = 15 * 60_000;
/** Uploads that one person may have open at once. */
const openUploadLimit = 200;
/** Pages that one machine may have uploaded for results it has not given yet: of all the work it may take at once. */
const openPageLimit = maxPagesOfShare * maxWorkItems;
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
  async open(roomId: RoomId, asker: Asker, size: number): Promise<{ upload: string; finish: string }> {
    const { db, now } = this.#options;
    if (size > maxFileSize) throw new CloisterError('core/too-large');
    const room = await roomToRead(db, roomId, asker);
    if (room === undefined || room.membership.suspendedAt !== null) throw new CloisterError('core/not-found');
    const id = newId<FileId>();
    const at = new Date(now());
    const file = { id, roomId, ownerId: asker.userId, size };
    const opened = await store.insertFile(db, file, isMachine(asker) ? openPageLimit : openUploadLimit, at);
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

  /**
   * Says that the upload is complete. `fileHash` is not looked at: a published client sends a constant (kms.md §3.6).
   * A machine's is complete when a result names it; until then it stays one that is dropped after a while.
   */
  async finish(capability: string, asker: Asker, size: number): Promise<FileId> {
    const file = await this.#fileOf(capability, 'finish');
    if (file.ownerId !== asker.userId) throw new CloisterError('core/not-found');
    if (file.size !== size) throw new CloisterError('core/invalid-request', { detail: 'The file is of another size.' });
    const complete = isMachine(asker) ? 'uploaded' : 'finished';
    const finished = await store.moveFile(this.#options.db, file.id, ['uploaded', complete], complete);
    if (!finished) throw new CloisterError('core/conflict', { detail: 'The file has not been uploaded yet.' });
    return file.id;
  }

  /** For members of its room, and for machines that read it. */
  async ofReader(id: FileId, asker: Asker): Promise<store.StoredFile> {
    const { db } = this.#options;
    const file = isMachine(asker)
      ? await store.fileOfOrganisation(db, id, asker.organisationId, readsAsGuest(asker.purpose))
      : await store.fileOfMember(db, id, asker.userId);
    if (file?.state !== 'finished') throw new CloisterError('core/not-found');
    return file;
  }

  /** A capability to download a file without a token, for a member. */
  async grantDownload(id: FileId, asker: Asker): Promise<string> {
    const file = await this.ofReader(id, asker);
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

  async #grant(fileId: FileId, purpose: CapabilityPurpose): Promise<string> {
    const capability = newCapability();
    const expiresAt = new Date(this.#options.now() + capabilityLife);
    await store.insertCapability(this.#options.db, { hash: capabilityHash(capability), purpose, fileId, expiresAt });
    return capability;
  }

  async #fileOf(capability: string, purpose: CapabilityPurpose): Promise<store.StoredFile> {
    const { db, now } = this.#options;
    const file = await store.fileOfCapability(db, capabilityHash(capability), purpose, new Date(now()));
    if (file === null) throw new CloisterError('core/upload-gone');
    return file;
  }
}
