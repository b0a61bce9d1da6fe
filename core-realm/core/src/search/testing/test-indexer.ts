import { type IncomingMessage, request } from 'node:http';
import {
  type CompactJwe,
  formatPlan,
  formatPostings,
  newId,
  type OrganisationId,
  type Plan,
  parseIndexPage,
  parsePostingsAnswer,
  parseQueriesToPlan,
  parseResultLine,
  parseRoomsToIndex,
  type QueryId,
  type QueryRequest,
  type QueryToPlan,
  type ResultLine,
  type RoomId,
  type RoomPostings,
  tokenBytes,
} from '@cloister/wire';
import { sealed } from '../../testing/sealed.ts';
import type { Answer, TestClient } from '../../testing/test-client.ts';
import type { TestCore } from '../../testing/test-core.ts';
import { TestMachine } from '../../testing/test-machine.ts';

const bytes = { 'content-type': 'application/octet-stream' };

/** Ten bytes that stand for a word in these tests; real tokens are made under a search key. */
export const token = (word: string): Uint8Array => {
  const made = new Uint8Array(tokenBytes);
  new TextEncoder().encodeInto(word, made);
  return made;
};

export const tokens = (...words: string[]): Uint8Array => Buffer.concat(words.map(token));

/** A machine of `indexing` over the core's real socket. */
export class TestIndexer extends TestMachine {
  static async of(core: TestCore, organisationId: OrganisationId): Promise<TestIndexer> {
    const made = new TestIndexer(core.socket, core.identity.machine(organisationId, 'indexing'));
    await core.identity.settled();
    return made;
  }

  async rooms(query = '') {
    return parseRoomsToIndex((await this.ask(`/search/v1/rooms${query}`)).bytes);
  }

  async indexes(query = '') {
    return parseIndexPage((await this.ask(`/search/v1/indexes${query}`)).bytes);
  }

  /** Everything that lags, in as many pages as it takes; and where to go on. */
  async lagging(limit = 1000): Promise<{ rooms: RoomId[]; next: string }> {
    const rooms: RoomId[] = [];
    let next: string | undefined;
    for (;;) {
      const page = await this.rooms(`?limit=${limit}${next === undefined ? '' : `&after=${next}`}`);
      rooms.push(...page.items.map(({ roomId }) => roomId));
      next = page.next;
      if (page.items.length < limit) return { rooms, next };
    }
  }

  postings(body: Uint8Array): Promise<Answer> {
    return this.ask('/search/v1/postings', { method: 'POST', body: Buffer.from(body), headers: bytes });
  }

  async append(...parts: RoomPostings[]) {
    return parsePostingsAnswer((await this.postings(formatPostings(parts))).bytes).rooms;
  }

  async queries(query = ''): Promise<readonly QueryToPlan[]> {
    return parseQueriesToPlan((await this.ask(`/search/v1/queries${query}`)).bytes);
  }

  plan(id: QueryId, plan: Plan): Promise<Answer> {
    const body = Buffer.from(formatPlan(plan));
    return this.ask(`/search/v1/queries/${id}/plans`, { method: 'POST', body, headers: bytes });
  }

  answerQuery(id: QueryId, answer: CompactJwe): Promise<Answer> {
    return this.ask(`/search/v1/queries/${id}/answer`, { method: 'POST', body: { sealed: answer } });
  }

  refuse(id: QueryId, code: string): Promise<Answer> {
    return this.ask(`/search/v1/queries/${id}/refusal`, { method: 'POST', body: { code } });
  }
}

/** A plan that looks for documents with a word, in the newest generation of each room. */
export const planFor = (word: string, rooms: QueryToPlan['rooms'], more: Partial<Plan> = {}): Plan => ({
  last: true,
  expression: ['slot', 0],
  slots: 1,
  rooms: rooms.flatMap(({ roomId, generations: [newest] }) =>
    newest === undefined ? [] : [{ roomId, generation: newest.generation, slots: [token(word)] }],
  ),
  ...more,
});

/** The lines of an answer as they come. */
export class TestAnswer {
  readonly id: QueryId;
  readonly lines: ResultLine[] = [];
  status = 0;
  body: Record<string, unknown> = {};
  readonly ended: Promise<void>;
  readonly #waiting = new Set<() => void>();
  readonly #sent: ReturnType<typeof request>;
  #response: IncomingMessage | undefined;
  #paused = false;

  constructor(socket: string, client: TestClient, id: QueryId, path: string, body?: object) {
    this.id = id;
    const ended = Promise.withResolvers<void>();
    this.ended = ended.promise;
    this.#sent = request({
      socketPath: socket,
      path,
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        'x-forwarded-host': 'localhost:8443',
        'x-forwarded-proto': 'http',
        authorization: `Bearer ${client.person.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
    });
    this.#sent.on('error', () => ended.resolve());
    this.#sent.on('response', (response) => {
      this.status = response.statusCode ?? 0;
      let text = '';
      this.#response = response;
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
        if (this.status !== 200) return;
        const lines = text.split('\n');
        text = lines.pop() ?? '';
        this.lines.push(...lines.map((line) => parseResultLine(line)));
        this.#wake();
      });
      if (this.#paused) response.pause();
      response.on('close', () => {
        if (this.status !== 200 && text !== '') this.body = JSON.parse(text);
        ended.resolve();
        this.#wake();
      });
    });
    this.#sent.end(body === undefined ? undefined : JSON.stringify(body));
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  /** Takes no more bytes, until it goes on. */
  pause(): void {
    this.#paused = true;
    this.#response?.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#response?.resume();
  }

  /** The asker goes away. */
  abandon(): void {
    this.#sent.destroy();
  }

  get items() {
    return this.lines.flatMap((line) => (line.type === 'items' ? line.items : []));
  }

  get last(): ResultLine | undefined {
    return this.lines.at(-1);
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}

export const ask = (core: TestCore, client: TestClient, more: Partial<QueryRequest> = {}): TestAnswer => {
  const query = { ...queryOf(core), ...more };
  return new TestAnswer(core.socket, client, query.id, '/search/v1/queries', query);
};

/** What somebody's client sends: sealed, under a key of their own. */
export const queryOf = (core: TestCore) => ({
  id: newId<QueryId>(),
  encryptionKeyUrl: core.acme.newKey(),
  sealed: sealed(),
});

export const results = (core: TestCore, client: TestClient, id: QueryId, next: string): TestAnswer =>
  new TestAnswer(core.socket, client, id, `/search/v1/queries/${id}/results?after=${next}`);
