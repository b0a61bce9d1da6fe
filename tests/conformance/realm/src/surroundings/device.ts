import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { TrustedKmsKey } from '@cloister/certs';
import { type KeyChannel, startHandshake } from '@cloister/kms-channel';
import {
  type DeviceId,
  type KeyRepresentation,
  type KmsResponse,
  type MessagesFrame,
  newId,
  type OperationFrame,
  type OperationId,
  type OperationKind,
  type OperationResultFrame,
  type ResourceUri,
  type RoomId,
  type UserId,
} from '@cloister/wire';
import type { Core } from './core.ts';
import type { Identity, Person } from './identity.ts';

type Ask = Readonly<Record<string, unknown>>;
export type Room = { readonly roomId: RoomId; readonly resourceUri: ResourceUri };
export type Operation = Omit<OperationFrame, 'type' | 'id'>;
export type Decided = OperationResultFrame & { readonly response: KmsResponse | null };

/** A device of a person: the published client's half of the protocol. */
export class Device {
  readonly person: Person;
  readonly deviceId = newId<DeviceId>();
  readonly clientId = `https://core.example/wdm/api/v1/devices/${this.deviceId}`;
  readonly #core: Core;
  readonly #identity: Identity;
  readonly #staticKey: TrustedKmsKey;
  #channel: KeyChannel | null = null;

  constructor(person: Person, parts: { core: Core; identity: Identity; staticKey: TrustedKmsKey }) {
    this.person = person;
    this.#core = parts.core;
    this.#identity = parts.identity;
    this.#staticKey = parts.staticKey;
  }

  get channel(): KeyChannel {
    if (this.#channel === null) throw new Error('the device has no channel');
    return this.#channel;
  }

  get asker() {
    return { userId: this.person.id, organisationId: this.person.organisationId };
  }

  /** One handshake; null when it is met with silence. */
  async handshake(change: { readonly bearer?: string; readonly userId?: string } = {}): Promise<KeyChannel | null> {
    const handshake = await startHandshake({
      staticKey: this.#staticKey,
      clientId: this.clientId,
      userId: this.person.id,
      bearer: this.#identity.token(this.person),
      requestId: randomUUID(),
      now: Date.now,
      ...change,
    });
    const [reply] = await this.relay([handshake.message]);
    if (reply === undefined) return null;
    this.#channel = await handshake.finish(reply.message);
    return this.#channel;
  }

  /** Handshakes until one is answered. */
  async connect(): Promise<this> {
    for (let wait = 50; (await this.handshake()) === null; wait *= 2) await pause(wait);
    return this;
  }

  relay(messages: readonly string[]) {
    return this.#core.send({ ...this.asker, messages: messages as MessagesFrame['messages'] });
  }

  seal(ask: Ask, bearer = this.#identity.token(this.person)): Promise<string> {
    const client = { clientId: this.clientId, credential: { userId: this.person.id, bearer } };
    return this.channel.seal({ requestId: randomUUID(), client, ...ask });
  }

  /** Replies to messages of one batch; null where there was silence. */
  async sendAll(messages: readonly string[]): Promise<(KmsResponse | null)[]> {
    const replies = await this.relay(messages);
    return Promise.all(
      messages.map(async (_, at) => {
        const reply = replies.find(({ index }) => index === at);
        return reply === undefined ? null : this.channel.open(reply.message);
      }),
    );
  }

  async try(ask: Ask, bearer?: string): Promise<KmsResponse | null> {
    const [response] = await this.sendAll([await this.seal(ask, bearer)]);
    return response ?? null;
  }

  /** The reply; asked again, as clients do, while there is silence, and silence for good is a failure. */
  async ask(ask: Ask, bearer?: string): Promise<KmsResponse> {
    const sealed = await this.seal(ask, bearer);
    for (let wait = 50; wait < 10_000; wait *= 2) {
      const [response] = await this.sendAll([sealed]);
      if (response !== undefined && response !== null) return response;
      await pause(wait);
    }
    throw new Error(`silence where ${String(ask.method)} ${String(ask.uri)} was asked`);
  }

  async createKey(): Promise<KeyRepresentation> {
    const { status, keys } = await this.ask({ method: 'create', uri: '/keys', count: 1 });
    const [key] = keys ?? [];
    if (status !== 201 || key === undefined) throw new Error(`no key was made (${status})`);
    return key;
  }

  async operation(kind: OperationKind, ask: Ask, outer: Partial<Operation>): Promise<Operation> {
    const sealed = (await this.seal(ask)) as OperationFrame['sealed'];
    return {
      operationId: operationIdOf(this.person.id, sealed),
      kind,
      roomId: newId<RoomId>(),
      ...this.asker,
      deviceId: this.deviceId,
      subjects: [],
      sealed,
      ...outer,
    };
  }

  async operate(operation: Operation): Promise<Decided> {
    const result = await this.#core.operate(operation);
    return { ...result, response: result.reply === null ? null : await this.channel.open(result.reply) };
  }

  async createRoom(others: readonly UserId[] = [], keyUris: readonly string[] = []) {
    const roomId = newId<RoomId>();
    const subjects = [this.person.id, ...others];
    const ask = { method: 'create', uri: '/resources', userIds: subjects, keyUris };
    const operation = await this.operation('create', ask, { roomId, subjects });
    const result = await this.operate(operation);
    const resourceUri = result.response?.resource?.uri;
    if (resourceUri === undefined) throw new Error(`a room was refused: ${JSON.stringify(result.response)}`);
    return { roomId, resourceUri, operation, result };
  }

  async adding({ roomId, resourceUri }: Room, ...subjects: UserId[]): Promise<Operation> {
    const ask = { method: 'create', uri: '/authorizations', resourceUri, userIds: subjects };
    return this.operation('add', ask, { roomId, resourceUri, subjects });
  }

  async add(room: Room, ...subjects: UserId[]): Promise<Decided> {
    return this.operate(await this.adding(room, ...subjects));
  }

  async remove({ roomId, resourceUri }: Room, subject: UserId): Promise<Decided> {
    const ask = { method: 'delete', uri: `${resourceUri}/authorizations?authId=${subject}` };
    return this.operate(await this.operation('remove', ask, { roomId, resourceUri, subjects: [subject] }));
  }

  async bind({ roomId, resourceUri }: Room, keyUri: KeyRepresentation['uri']): Promise<Decided> {
    const ask = { method: 'update', uri: keyUri, resourceUri };
    return this.operate(await this.operation('updateKey', ask, { roomId, resourceUri, keyUri }));
  }

  async appoint({ roomId, resourceUri }: Room, subject: UserId): Promise<Decided> {
    const ask = { method: 'create', uri: `${resourceUri}/moderators`, userIds: [subject], cloister: { roomId } };
    return this.operate(await this.operation('appoint', ask, { roomId, resourceUri, subjects: [subject] }));
  }

  async dismiss({ roomId, resourceUri }: Room, subject: UserId): Promise<Decided> {
    const ask = { method: 'delete', uri: `${resourceUri}/moderators?authId=${subject}`, cloister: { roomId } };
    return this.operate(await this.operation('dismiss', ask, { roomId, resourceUri, subjects: [subject] }));
  }

  /** Who is on the list. */
  async listed(resourceUri: string): Promise<string[]> {
    const { authorizations = [] } = await this.ask({ method: 'retrieve', uri: `${resourceUri}/authorizations` });
    return authorizations.map(({ authId }) => String(authId)).sort();
  }
}

/** wires.md §4: SHA-256 over person and sealed bytes, each after its length. */
const operationIdOf = (...parts: readonly string[]): OperationId => {
  const hash = createHash('sha256');
  for (const part of parts) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(Buffer.byteLength(part));
    hash.update(length).update(part);
  }
  return hash.digest('hex') as OperationId;
};
