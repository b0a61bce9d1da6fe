import { sealScr, sealText } from '@cloister/seal';
import { CloisterError, type RoomId } from '@cloister/wire';
import type { MessageText } from '../api/timeline-entry.ts';
import { scrOf } from '../files/scr-of.ts';
import type { ContentKey } from '../keys/key-record.ts';
import type { OwnKeys } from '../keys/own-keys.ts';
import type { Readers } from '../keys/readers.ts';
import type { Introductions } from '../people/introductions.ts';
import type { CoreRooms } from '../rooms/core-rooms.ts';
import type { RoomBook } from '../rooms/room-book.ts';
import type { OutboxEntry, UploadedFile } from './outbox-entry.ts';

export interface DeliveryOptions {
  readonly core: CoreRooms;
  readonly book: RoomBook;
  readonly ownKeys: OwnKeys;
  readonly readers: Readers;
  readonly introductions: Introductions;
}

/** Refusals that a fresh key heals (kms.md §3.6, rotation after leave). */
const staleKey = ['core/rotation-required', 'core/key-stale', 'core/key-unknown'];
const mostRotations = 4;

/** What seals and posts, always in the order: readers explained, own key live, sealed, posted (architecture §6). */
export class Delivery {
  readonly #options: DeliveryOptions;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** Seals under this device's live key and hands over; a stale key is renewed and the work done again. */
  async underOwnKey<T>(roomId: RoomId, work: (key: ContentKey) => Promise<T>): Promise<T> {
    const { book, ownKeys, readers } = this.#options;
    for (let rotation = 0; ; rotation += 1) {
      const room = await book.need(roomId);
      await readers.check(room);
      const key = await ownKeys.key(await book.need(roomId));
      try {
        return await work(key);
      } catch (cause) {
        const code = cause instanceof CloisterError ? cause.code : undefined;
        if (rotation >= mostRotations) throw cause;
        // Forgotten while it was used: the core said that a main key was switched off.
        if (code === 'seal/invalid-key') continue;
        if (code === undefined || !staleKey.includes(code)) throw cause;
        ownKeys.refused(key.uri);
        await book.refresh(roomId);
      }
    }
  }

  /** Posts one outbox entry. */
  async deliver(entry: OutboxEntry): Promise<void> {
    const { core, book, introductions } = this.#options;
    const { roomId, key: clientTempId, body } = entry;
    await this.underOwnKey(roomId, async (key) => {
      const introduction = await introductions.ofAuthor(await book.need(roomId), key);
      const frame = { objectType: 'activity', clientTempId, encryptionKeyUrl: key.uri, ...introduction };
      const activity =
        body.kind === 'message'
          ? await core.post(roomId, { ...frame, verb: 'post', object: await sealMessage(key, body.message) })
          : await core.share(roomId, {
              ...frame,
              verb: 'share',
              object: await sealShare(key, body.files, body.message),
            });
      introductions.made(roomId);
      await book.applyAnswer(roomId, activity);
    });
  }
}

/** `displayName` is the plain text, `content` the HTML (kms.md §2). */
export const sealMessage = async ({ key }: ContentKey, { text, html }: MessageText): Promise<object> => ({
  objectType: 'comment',
  displayName: await sealText(key, text),
  ...(html === undefined ? {} : { content: await sealText(key, html) }),
});

const sealShare = async (key: ContentKey, files: readonly UploadedFile[], message?: MessageText): Promise<object> => ({
  ...(message === undefined ? {} : await sealMessage(key, message)),
  objectType: 'content',
  contentCategory: categoryOf(files),
  files: { items: await Promise.all(files.map((file) => sealFileItem(key, file))) },
});

const sealFileItem = async ({ key }: ContentKey, file: UploadedFile): Promise<object> => ({
  objectType: 'file',
  displayName: await sealText(key, file.name),
  mimeType: file.mimeType,
  fileSize: file.size,
  url: file.scr.loc,
  scr: await sealScr(key, scrOf(file)),
});

const categoryOf = (files: readonly UploadedFile[]): string => {
  const all = (family: string) => files.every(({ mimeType }) => mimeType.startsWith(`${family}/`));
  if (all('image')) return 'images';
  return all('video') ? 'videos' : 'documents';
};
