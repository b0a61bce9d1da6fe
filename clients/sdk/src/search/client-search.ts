import { openText } from '@cloister/seal';
import type { Query } from '@cloister/search-terms';
import { CloisterError, type ErrorCode, type RoomId, type UserId } from '@cloister/wire';
import type { Client } from '../api/client.ts';
import type { Destination, Search, SearchView, Suggestion } from '../api/search.ts';
import type { ContentKey } from '../keys/key-record.ts';
import type { Platform } from '../platform.ts';
import type { Opener } from '../timeline/opener.ts';
import { prepareQuery } from './prepare-query.ts';
import type { QueryKey } from './query-key.ts';
import { readHit } from './read-hit.ts';
import { roomsNamed } from './rooms-named.ts';
import { RunningSearch } from './running-search.ts';
import { type Asked, sealQuestion } from './sealed-question.ts';
import type { SearchLine } from './search-line.ts';
import { destinations, suggest } from './suggest.ts';
import { untilShown } from './until-shown.ts';

/** What search needs of a client beside what everybody sees. */
export interface SearchParts {
  readonly platform: Platform;
  readonly me: UserId;
  readonly line: SearchLine;
  readonly key: QueryKey;
  readonly opener: Opener;
  readonly rooms: () => readonly RoomId[];
}

/** The one {@link Search}. */
export class ClientSearch implements Search {
  readonly #client: Client;
  readonly #parts: SearchParts;

  constructor(client: Client, parts: SearchParts) {
    this.#client = client;
    this.#parts = parts;
  }

  open(text: string): SearchView {
    const { platform, line, opener, rooms } = this.#parts;
    return new RunningSearch({
      line,
      prepare: async () => {
        // A search that names no room at all would find nothing, and say so.
        await untilShown(this.#client, ({ loaded }) => loaded);
        return prepareQuery(text, {
          snapshot: () => this.#client.snapshot(),
          roomsNamed: () => roomsNamed(this.#client),
          find: async (name) => (await this.#client.people.search(name)).map(({ id }) => id),
          now: platform.now(),
          timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        });
      },
      seal: (query: Query, isRefused: boolean) => this.#seal({ query, rooms: rooms() }, isRefused),
      look: (query, found) => readHit(opener, query, found),
    });
  }

  suggest(text: string, cursor: number): readonly Suggestion[] {
    return suggest(this.#client.snapshot(), text, cursor);
  }

  destinations(text: string): readonly Destination[] {
    return destinations(this.#client.snapshot(), text);
  }

  async figures(): Promise<unknown> {
    const { line, key: keys } = this.#parts;
    const key = await keys.get();
    let answer: unknown;
    const question = await this.#sealWith(key, { figures: true });
    await line.ask(
      question,
      async (heard) => {
        if (heard.type === 'failed') throw new CloisterError(heard.code as ErrorCode);
        if (heard.type === 'answer') answer = JSON.parse(await openText(key.key, heard.sealed));
      },
      new AbortController().signal,
    );
    if (answer === undefined) throw new CloisterError('core/search-unavailable');
    return answer;
  }

  async #seal(about: Asked['about'], isRefused: boolean) {
    if (isRefused) await this.#parts.key.forget();
    return this.#sealWith(await this.#parts.key.get(), about);
  }

  #sealWith(key: ContentKey, about: Asked['about']) {
    const { me, platform } = this.#parts;
    return sealQuestion(key, { me, now: platform.now(), about });
  }
}
