import { once } from 'node:events';
import { request } from 'node:http';
import {
  type Activity,
  type Conversation,
  type DeviceId,
  type KeyUri,
  newId,
  type RoomId,
  type UserId,
} from '@cloister/wire';
import { WebSocket } from 'ws';
import { sealed } from './sealed.ts';
import type { TestPerson } from './test-identity.ts';

export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Body;
  readonly bytes: Buffer;
}

export interface Asked {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly bearer?: string | null;
}

export interface Event {
  readonly id: string;
  readonly sequenceNumber: number;
  readonly data: { readonly eventType: string; readonly [member: string]: unknown };
}

export const origin = 'http://localhost:8443';
const forwarded = { 'x-forwarded-host': 'localhost:8443', 'x-forwarded-proto': 'http' };

/** One device of one person, over the core's real socket. */
export class TestClient {
  readonly person: TestPerson;
  readonly #socket: string;
  deviceUrl = '';

  constructor(socket: string, person: TestPerson) {
    this.#socket = socket;
    this.person = person;
  }

  get deviceId(): DeviceId {
    return this.deviceUrl.slice(this.deviceUrl.lastIndexOf('/') + 1) as DeviceId;
  }

  async ask<Body = Record<string, unknown>>(path: string, asked: Asked = {}): Promise<Answer<Body>> {
    const { method = 'GET', body, headers = {}, bearer = this.person.token } = asked;
    const bytes = body === undefined ? undefined : Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    const sent = request({
      socketPath: this.#socket,
      path: path.startsWith(origin) ? path.slice(origin.length) : path,
      method,
      headers: {
        ...forwarded,
        ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
        ...(this.deviceUrl === '' ? {} : { 'cisco-device-url': this.deviceUrl }),
        ...(bytes === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(bytes.length) }),
        ...headers,
      },
    });
    sent.end(bytes);
    const [response] = (await once(sent, 'response')) as [import('node:http').IncomingMessage];
    // A server that answers before it has read everything stops reading.
    sent.on('error', () => undefined);
    const parts: Buffer[] = [];
    for await (const part of response) parts.push(part as Buffer);
    const all = Buffer.concat(parts);
    const json = all.length > 0 && String(response.headers['content-type']).includes('json');
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      bytes: all,
      body: (json ? JSON.parse(all.toString()) : {}) as Body,
    };
  }

  async register(): Promise<void> {
    const { body } = await this.ask<{ url: string }>('/wdm/api/v1/devices', {
      method: 'POST',
      body: { deviceType: 'WEB', name: 'test' },
    });
    this.deviceUrl = body.url;
  }

  /** Opens the event websocket; answers when the first event is there. */
  async connect(query = ''): Promise<TestEvents> {
    const events = new TestEvents(this.#socket, this.deviceId, query);
    await events.authorize(this.person.token);
    return events;
  }

  create(
    keyUri: KeyUri,
    members: readonly UserId[],
    more: Record<string, unknown> = {},
  ): Promise<Answer<Conversation>> {
    const items = [this.person.id, ...members].map((id) => ({ verb: 'add', object: { objectType: 'person', id } }));
    return this.ask('/conversation/api/v1/conversations', {
      method: 'POST',
      body: {
        objectType: 'conversation',
        displayName: sealed(),
        encryptionKeyUrl: keyUri,
        defaultActivityEncryptionKeyUrl: keyUri,
        activities: { items: [{ verb: 'create' }, ...items] },
        kmsMessage: sealed(),
        ...more,
      },
    });
  }

  room(roomId: RoomId, query = ''): Promise<Answer<Conversation>> {
    return this.ask(`/conversation/api/v1/conversations/${roomId}${query}`);
  }

  async history(roomId: RoomId, query = '?after=0&limit=200'): Promise<Activity[]> {
    const { body } = await this.ask<{ items: Activity[] }>(
      `/conversation/api/v1/conversations/${roomId}/activities${query}`,
    );
    return body.items;
  }

  write(roomId: RoomId, activity: Record<string, unknown>): Promise<Answer<Activity>> {
    return this.ask(`/conversation/api/v1/conversations/${roomId}/activities`, {
      method: 'POST',
      body: { objectType: 'activity', clientTempId: newId(), ...activity },
    });
  }

  post(roomId: RoomId, keyUri: KeyUri, more: Record<string, unknown> = {}): Promise<Answer<Activity>> {
    const object = { objectType: 'comment', displayName: sealed() };
    return this.write(roomId, { verb: 'post', object, encryptionKeyUrl: keyUri, ...more });
  }

  add(roomId: RoomId, id: UserId, more: Record<string, unknown> = {}): Promise<Answer<Activity>> {
    return this.write(roomId, { verb: 'add', object: { objectType: 'person', id }, kmsMessage: sealed(), ...more });
  }

  leave(roomId: RoomId, id: UserId, more: Record<string, unknown> = {}): Promise<Answer<Activity>> {
    return this.write(roomId, { verb: 'leave', object: { objectType: 'person', id }, kmsMessage: sealed(), ...more });
  }

  appoint(roomId: RoomId, id: UserId, more: Record<string, unknown> = {}): Promise<Answer<Activity>> {
    const object = { objectType: 'person', id };
    return this.write(roomId, { verb: 'assignModerator', object, kmsMessage: sealed(), ...more });
  }

  dismiss(roomId: RoomId, id: UserId, more: Record<string, unknown> = {}): Promise<Answer<Activity>> {
    const object = { objectType: 'person', id };
    return this.write(roomId, { verb: 'unassignModerator', object, kmsMessage: sealed(), ...more });
  }

  rename(roomId: RoomId, keyUri: KeyUri): Promise<Answer<Activity>> {
    const object = { objectType: 'conversation', displayName: sealed(), encryptionKeyUrl: keyUri };
    return this.write(roomId, { verb: 'update', object });
  }

  /** What became of the room's two-part changes, newest first. */
  async changes(roomId: RoomId, query = ''): Promise<Record<string, unknown>[]> {
    const { body } = await this.ask<{ items: Record<string, unknown>[] }>(
      `/conversation/api/v1/conversations/${roomId}/changes${query}`,
    );
    return body.items;
  }

  updateKey(roomId: RoomId, uri: KeyUri): Promise<Answer<Activity>> {
    const object = { objectType: 'conversation', defaultActivityEncryptionKeyUrl: uri };
    return this.write(roomId, { verb: 'updateKey', object, kmsMessage: sealed() });
  }

  addKey(roomId: RoomId, uri: KeyUri): Promise<Answer<Activity>> {
    return this.write(roomId, { verb: 'addKey', object: { objectType: 'key', uri }, kmsMessage: sealed() });
  }
}

/** An event websocket that remembers what it heard. */
export class TestEvents {
  readonly ws: WebSocket;
  readonly heard: Event[] = [];
  closedWith: number | undefined;
  readonly #waiting = new Set<() => void>();

  constructor(socket: string, deviceId: string, query = '') {
    const path = `/mercury/v1/devices/${deviceId}/messages?outboundWireFormat=text&bufferStates=true${query}`;
    this.ws = new WebSocket(`ws+unix:${socket}:${path}`, { headers: forwarded });
    this.ws.on('error', () => undefined);
    this.ws.on('close', (code) => {
      this.closedWith = code;
      this.#wake();
    });
    this.ws.on('message', (data) => {
      const frame = JSON.parse(String(data)) as Event & { type?: string };
      if (frame.type === undefined) this.heard.push(frame);
      else this.pongs.push(frame.id);
      this.#wake();
    });
  }

  readonly pongs: string[] = [];

  async authorize(token: string): Promise<void> {
    if (this.ws.readyState === this.ws.CONNECTING) await once(this.ws, 'open');
    this.ws.send(
      JSON.stringify({ id: newId(), type: 'authorization', data: { token: `Bearer ${token}` }, trackingId: 'test' }),
    );
    await this.until(() => this.heard.length > 0 || this.closedWith !== undefined);
  }

  /** Waits until the condition holds; looks again after every frame. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  /** Activities heard so far. */
  get activities(): Activity[] {
    return this.heard
      .filter((event) => event.data.eventType === 'conversation.activity')
      .map((event) => event.data.activity as Activity);
  }

  send(frame: object): void {
    this.ws.send(JSON.stringify(frame));
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}
