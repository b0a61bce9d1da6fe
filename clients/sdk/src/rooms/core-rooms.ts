import {
  type Activity,
  type ActivityPage,
  CloisterError,
  type Conversation,
  type ConversationPage,
  parseActivity,
  parseActivityPage,
  parseConversation,
  parseConversationPage,
  parseRoomChanges,
  type RoomChange,
  type RoomId,
  type UserId,
} from '@cloister/wire';
import { errorOf, type HttpAnswer } from '../http/http-answer.ts';
import type { HttpClient } from '../http/http-client.ts';

/** How many entries a page of a room's log holds at most (wires §3). */
export const pageSize = 100;

/** The conversation service of the core (kms.md §3.6, wires §3): typed calls, no state. */
export class CoreRooms {
  readonly #http: HttpClient;
  readonly #address: () => Promise<string>;

  /** @param address the conversation service's, from the catalogue */
  constructor(http: HttpClient, address: () => Promise<string>) {
    this.#http = http;
    this.#address = address;
  }

  async page(after?: string): Promise<ConversationPage> {
    const query = new URLSearchParams({ includeParticipants: 'true', activitiesLimit: '1', limit: '100' });
    if (after !== undefined) query.set('after', after);
    return parseConversationPage(await this.#get(`?${query}`));
  }

  async one(id: RoomId): Promise<Conversation> {
    return this.#room(id, await this.#get(`/${id}?includeParticipants=true&activitiesLimit=1`));
  }

  /** The room of two with this person, if there is one. */
  async direct(person: UserId): Promise<Conversation | undefined> {
    const url = `${await this.#base()}/user/${person}?includeParticipants=true&activitiesLimit=0`;
    const answer = await this.#http.answer({ method: 'GET', url, retries: 3 });
    if (answer.status === 404) return undefined;
    if (answer.status >= 400) throw errorOf(answer);
    return parseConversation(answer.body);
  }

  async after(id: RoomId, position: number, limit = pageSize): Promise<ActivityPage> {
    return parseActivityPage(await this.#get(`/${id}/activities?after=${position}&limit=${limit}`));
  }

  async before(id: RoomId, position: number, limit = pageSize): Promise<ActivityPage> {
    return parseActivityPage(await this.#get(`/${id}/activities?before=${position}&limit=${limit}`));
  }

  /** What became of the room's two-part changes, newest first. */
  async changes(id: RoomId, limit: number): Promise<readonly RoomChange[]> {
    return parseRoomChanges(await this.#get(`/${id}/changes?limit=${limit}`));
  }

  /** Creates a room; the raw answer, since a refusal may hold the key server's sealed error. */
  async create(body: object): Promise<HttpAnswer> {
    return this.#http.answer({ method: 'POST', url: await this.#base(), body, retries: 4 });
  }

  /** Appends an activity that carries a sealed part; the raw answer as in `create`. */
  async change(id: RoomId, body: object): Promise<HttpAnswer> {
    return this.#http.answer({ method: 'POST', url: `${await this.#base()}/${id}/activities`, body, retries: 4 });
  }

  /** Appends an activity. `retries` only for those with a clientTempId: a repeat returns the stored one. */
  async post(id: RoomId, body: object, retries = 0): Promise<Activity> {
    const url = `${await this.#base()}/${id}/activities`;
    return parseActivity(await this.#http.json({ method: 'POST', url, body, retries }));
  }

  /** Appends shared files (kms.md §3.6). */
  async share(id: RoomId, body: object): Promise<Activity> {
    const url = `${await this.#base()}/${id}/content?async=false`;
    return parseActivity(await this.#http.json({ method: 'POST', url, body }));
  }

  async #get(path: string): Promise<unknown> {
    return this.#http.json({ method: 'GET', url: `${await this.#base()}${path}`, retries: 3 });
  }

  async #base(): Promise<string> {
    return `${await this.#address()}/conversations`;
  }

  #room(id: RoomId, body: unknown): Conversation {
    const room = parseConversation(body);
    if (room.id !== id) throw new CloisterError('client/unreadable', { detail: 'another room than asked for' });
    return room;
  }
}
