import type { ActivityId, RoomId } from '@cloister/wire';
import type { Content } from '../api/content.ts';
import type { LogEntry, SealedText } from '../rooms/log-entry.ts';
import type { Profiles } from './profiles.ts';

export interface ProfileReaderOptions {
  readonly profiles: Profiles;
  /** Opens a sealed text under a key of the room, and of no other room. */
  readonly open: (roomId: RoomId, text: SealedText) => Promise<Content<string>>;
}

/** Opens what entries on a screen say of people, each once. */
export class ProfileReader {
  readonly #options: ProfileReaderOptions;
  readonly #read = new Set<ActivityId>();
  readonly #reading = new Set<Promise<void>>();

  constructor(options: ProfileReaderOptions) {
    this.#options = options;
  }

  /** What does not open yet is tried again with the next call: the room shows anew when its key comes. */
  read(entries: readonly LogEntry[]): void {
    for (const entry of entries) {
      if (entry.people === undefined || this.#read.has(entry.id)) continue;
      this.#read.add(entry.id);
      const reading = this.#readOne(entry, entry.people).finally(() => this.#reading.delete(reading));
      this.#reading.add(reading);
    }
  }

  /** Resolves when everything that was to be opened is open, or does not open now. */
  async settled(): Promise<void> {
    await Promise.all(this.#reading);
  }

  async #readOne(entry: LogEntry, people: SealedText): Promise<void> {
    const content = await this.#options.open(entry.roomId, people);
    if (content.state === 'undecryptable' && content.retrying) this.#read.delete(entry.id);
    if (content.state !== 'open') return;
    try {
      this.#options.profiles.hear(entry, content.value);
    } catch {
      // Not as described: nobody in it is believed, and the message beside it stands.
    }
  }
}
