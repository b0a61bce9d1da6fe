import { openText, SecretKey } from '@cloister/seal';
import {
  type ActivityId,
  CloisterError,
  type CompactJwe,
  type ErrorCode,
  type IndexPage,
  type KeyUri,
  type OrganisationId,
  type PostingsAnswer,
  parseActivity,
  parseActivityPage,
  parseIndexPage,
  parsePostingsAnswer,
  parseQueriesToPlan,
  parseRoomsToIndex,
  type QueryId,
  type QueryToPlan,
  type ResourceUri,
  type RoomId,
  type RoomsToIndex,
} from '@cloister/wire';
import { downloadFile } from '../files/download-file.ts';
import { errorOf } from '../http/http-answer.ts';
import type { HttpRequest } from '../http/http-client.ts';
import { textOf } from '../json.ts';
import { type ContentKey, contentKeyOf, isKeyOf } from '../keys/key-record.ts';
import type { MachineParts } from '../machine/machine-parts.ts';
import { mainKeyIsOff } from '../machine/main-key-is-off.ts';
import type { LogEntry, SealedFile, SealedText } from '../rooms/log-entry.ts';
import { readActivity } from '../rooms/read-activity.ts';
import type { Cancellable, IndexerClient, QueryKey, RoomToIndex, SearchKey, Waiting } from './indexer-client.ts';
import type { KeptKeys } from './kept-keys.ts';

export interface IndexerParts extends Omit<MachineParts, 'keys'> {
  readonly keys: KeptKeys;
}

/** The one {@link IndexerClient}. */
export class ConnectedIndexer implements IndexerClient {
  readonly #parts: IndexerParts;

  constructor(parts: IndexerParts) {
    this.#parts = parts;
  }

  get organisationId(): OrganisationId {
    return this.#parts.session.organisationId;
  }

  keysRevoked({ signal }: Cancellable = {}): Promise<boolean> {
    return this.#unlessOff(() => mainKeyIsOff(this.#parts, signal));
  }

  async rooms(options: Waiting & { readonly after?: string | undefined } = {}): Promise<RoomsToIndex> {
    return parseRoomsToIndex(await this.#search({ method: 'GET', path: `/rooms${queryOf(options)}`, ...options }));
  }

  async indexes(
    options: Cancellable & { readonly after?: RoomId | undefined; readonly limit?: number } = {},
  ): Promise<IndexPage> {
    return parseIndexPage(await this.#search({ method: 'GET', path: `/indexes${queryOf(options)}`, ...options }));
  }

  async entries(
    roomId: RoomId,
    { after, limit = 200, signal }: Cancellable & { readonly after: number; readonly limit?: number },
  ): Promise<readonly LogEntry[]> {
    const url = `${await this.#parts.addresses.ofRoom(roomId)}/activities?after=${after}&limit=${limit}`;
    const page = await this.#unlessOff(() => this.#http.json({ method: 'GET', url, retries: 2, signal }));
    const entries = parseActivityPage(page).items.map((activity) => readActivity(roomId, activity));
    // A log has no gaps (wires §3): what the core leaves out would never be found.
    const isWhole = entries.every(({ position }, index) => position === after + index + 1);
    if (!isWhole) throw new CloisterError('client/unreadable', { detail: 'a log with a gap' });
    return entries;
  }

  async entry(roomId: RoomId, id: ActivityId, { signal }: Cancellable = {}): Promise<LogEntry | undefined> {
    const url = `${await this.#parts.addresses.ofRoom(roomId)}/activities/${id}`;
    const found = await this.#unlessOff(() => this.#http.answer({ method: 'GET', url, retries: 2, signal }));
    if (found.status === 404) return undefined;
    if (found.status >= 400) throw this.#told(errorOf(found));
    const entry = readActivity(roomId, parseActivity(found.body));
    if (entry.id !== id) throw new CloisterError('client/unreadable', { detail: 'another entry than asked for' });
    return entry;
  }

  async openText(room: RoomToIndex, { sealed, keyUri }: SealedText): Promise<string> {
    // Published clients leave empty texts unsealed (kms.md §2).
    if (sealed === '') return '';
    return this.#using(room, keyUri, ({ key }) => openText(key, sealed));
  }

  async download(room: RoomToIndex, file: SealedFile, { signal }: Cancellable = {}): Promise<Uint8Array> {
    return this.#using(room, file.scr.keyUri, async (key) => {
      const blob = await downloadFile(this.#parts, key, file, { signal });
      return new Uint8Array(await blob.arrayBuffer());
    });
  }

  async searchKeys(resourceUri: ResourceUri, { signal }: Cancellable = {}): Promise<readonly SearchKey[]> {
    const call = { method: 'retrieve', uri: `${resourceUri}/searchKeys`, signal } as const;
    const { searchKeys } = await this.#unlessOff(() => this.#parts.keyServer.ask(call));
    if (searchKeys === undefined || searchKeys.length === 0) {
      throw new CloisterError('client/unreadable', { detail: 'no search key' });
    }
    return searchKeys.map(({ epoch, createdAt, jwk }) => ({
      epoch,
      createdAt,
      key: SecretKey.fromJwk(jwk, `${resourceUri}/searchKeys/${epoch}`),
    }));
  }

  async queryKey(uri: KeyUri, { signal }: Cancellable = {}): Promise<QueryKey> {
    const answer = await this.#unlessOff(() => this.#parts.keyServer.ask({ method: 'retrieve', uri, signal }));
    const { key, resourceUri, roomId } = contentKeyOf(uri, answer.key);
    return { key, userId: textOf(answer.key, 'userId'), resourceUri, roomId };
  }

  async append(postings: Uint8Array, { signal }: Cancellable = {}): Promise<PostingsAnswer['rooms']> {
    const request = { method: 'POST', path: '/postings', bytes: postings, retries: 4, signal } as const;
    return parsePostingsAnswer(await this.#search(request)).rooms;
  }

  async dropGeneration(roomId: RoomId, generation: number, { signal }: Cancellable = {}): Promise<void> {
    const path = `/rooms/${roomId}/indexes/${generation}`;
    await this.#search({ method: 'DELETE', path, retries: 2, signal });
  }

  async queries(options: Waiting = {}): Promise<readonly QueryToPlan[]> {
    const answer = await this.#search({ method: 'GET', path: `/queries${queryOf(options)}`, ...options });
    // The function is on: the line that ended with it need not wait for its next step.
    this.#parts.socket.hurry();
    return parseQueriesToPlan(answer);
  }

  async plan(id: QueryId, plan: Uint8Array, { signal }: Cancellable = {}): Promise<void> {
    await this.#search({ method: 'POST', path: `/queries/${id}/plans`, bytes: plan, signal });
  }

  async answer(id: QueryId, sealed: CompactJwe, { signal }: Cancellable = {}): Promise<void> {
    await this.#search({ method: 'POST', path: `/queries/${id}/answer`, body: { sealed }, signal });
  }

  async refuse(id: QueryId, code: ErrorCode, { signal }: Cancellable = {}): Promise<void> {
    await this.#search({ method: 'POST', path: `/queries/${id}/refusal`, body: { code }, signal });
  }

  async close(): Promise<void> {
    const { socket, keyServer, store, keys } = this.#parts;
    socket.stop();
    keyServer.close();
    keys.revoke();
    await store.close();
  }

  get #http() {
    return this.#parts.http;
  }

  /** Asks for nothing that the key of another room could open (threats row 17). */
  #using<T>(room: RoomToIndex, uri: KeyUri | undefined, work: (key: ContentKey) => Promise<T>): Promise<T> {
    if (uri === undefined) return Promise.reject(new CloisterError('client/cannot-open', { detail: 'no key named' }));
    return this.#unlessOff(() =>
      this.#parts.keys.using(uri, (key) => {
        if (isKeyOf(key, { id: room.roomId, resourceUri: room.resourceUri })) return work(key);
        throw new CloisterError('client/cannot-open', { detail: 'the key belongs to another room' });
      }),
    );
  }

  async #search({ path, ...request }: Omit<HttpRequest, 'url'> & { readonly path: string }): Promise<unknown> {
    const url = await this.#parts.addresses.beside(`/search/v1${path}`);
    return this.#unlessOff(() => this.#http.json({ ...request, url }));
  }

  /** With the function off nothing is kept that opens something (R342). */
  async #unlessOff<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      throw this.#told(cause);
    }
  }

  #told(cause: unknown): unknown {
    if (cause instanceof CloisterError && cause.code.endsWith('/function-off')) this.#parts.keys.revoke();
    return cause;
  }
}

const queryOf = (options: object): string => {
  const known = Object.entries(options).filter(([name, value]) => name !== 'signal' && value !== undefined);
  return known.length === 0 ? '' : `?${new URLSearchParams(known.map(([name, value]) => [name, String(value)]))}`;
};
