import type { IndexerClient, SealedFile } from '@cloister/sdk';
import { mediaOf } from '@cloister/search-terms';
import { CloisterError, type RoomId } from '@cloister/wire';
import type { extractText } from '../extract/extract-text.ts';
import type { OpenOptions } from './open-document.ts';

export interface FileTextsOptions {
  readonly client: Pick<IndexerClient, 'download'>;
  readonly extract: typeof extractText;
  /** How a file was read: `read`, `capped`, or why it was not. */
  readonly told: (outcome: string) => void;
  /** The programs that read a file of the room are missing: it is to be read once they are there. */
  readonly lacks: (roomId: RoomId) => Promise<void>;
  /** A fault of this program's, which keeps nobody else's messages from being found. */
  readonly broke: (fault: unknown) => void;
}

/** docs/search.md, `unread-file`: larger ones are found by their names alone. */
const mostBytes = 50 * 1024 * 1024;

/** The text inside files, where it can be read. */
export class FileTexts {
  readonly #options: FileTextsOptions;

  constructor(options: FileTextsOptions) {
    this.#options = options;
  }

  async of(file: SealedFile, name: string, { room, signal }: OpenOptions): Promise<string | undefined> {
    const { client, told } = this.#options;
    // What its sender calls a picture, film or sound is not even fetched.
    if (mediaOf(file.mimeType) !== 'document') return undefined;
    if (file.size > mostBytes) {
      told('too-large');
      return undefined;
    }
    const bytes = await client.download(room, file, { signal });
    const found = await this.#extract(bytes, name, file, signal).finally(() => bytes.fill(0));
    if ('unread' in found) {
      if (found.unread === 'no-sandbox') await this.#options.lacks(room.roomId);
      told(found.unread);
      return undefined;
    }
    told(found.complete ? 'read' : 'capped');
    return found.text;
  }

  async #extract(bytes: Uint8Array, name: string, { mimeType }: SealedFile, signal: AbortSignal) {
    try {
      return await this.#options.extract(bytes, { name, mimeType, signal });
    } catch (cause) {
      if (cause instanceof CloisterError) throw cause;
      this.#options.broke(cause);
      return { unread: 'failed' } as const;
    }
  }
}
