import { randomUUID } from 'node:crypto';
import type { TrustedKmsKey } from '@cloister/certs';
import { type KeyChannel, signProof, startHandshake } from '@cloister/kms-channel';
import { type EcPublicJwk, PrivateKey, sealDir, thumbprint } from '@cloister/seal';
import { operationId } from '@cloister/verify';
import type {
  DeviceId,
  KeyRepresentation,
  KmsResponse,
  OperationFrame,
  OperationKind,
  ResourceUri,
  RoomId,
  UserId,
} from '@cloister/wire';
import { newId, parseKmsHost } from '@cloister/wire';
import type { Batch, Operation, OperationResult, Reply } from '../index.ts';
import type { Person, TestIdentity } from './test-identity.ts';

/** Where a client's messages go: a KMS in process, or one behind a link. */
export type Wire = {
  send(batch: Batch): Promise<readonly Reply[]>;
  operate(frame: Operation): Promise<OperationResult | null>;
};

type Ask = Readonly<Record<string, unknown>>;
type Room = { readonly roomId: RoomId; readonly resourceUri: ResourceUri };

/** A device of a person, with the client's half of the protocol as our SDK uses it. */
export class TestClient {
  readonly person: Person;
  readonly deviceId = newId<DeviceId>();
  readonly clientId: string;
  readonly #identity: TestIdentity;
  readonly #staticKey: TrustedKmsKey;
  readonly #now: () => Date;
  wire: Wire;
  /** Claims that this client's tokens carry beside the usual. */
  claims: Readonly<Record<string, unknown>> = {};
  #channel: KeyChannel | null = null;

  constructor(parts: {
    person: Person;
    identity: TestIdentity;
    staticKey: TrustedKmsKey;
    now: () => Date;
    wire: Wire;
  }) {
    this.person = parts.person;
    this.#identity = parts.identity;
    this.#staticKey = parts.staticKey;
    this.#now = parts.now;
    this.wire = parts.wire;
    this.clientId = `https://core.example/wdm/api/v1/devices/${this.deviceId}`;
  }

  get channel(): KeyChannel {
    if (this.#channel === null) throw new Error('no channel');
    return this.#channel;
  }

  set channel(channel: KeyChannel) {
    this.#channel = channel;
  }

  token(): string {
    return this.#identity.token(this.person, this.claims);
  }

  get asker() {
    return { userId: this.person.id, organisationId: this.person.organisationId };
  }

  /** The handshake; null when it is met with silence. */
  async connect(options: { bearer?: string; userId?: string; proof?: (jwk: EcPublicJwk) => Promise<string> } = {}) {
    const { proof } = options;
    const handshake = await startHandshake({
      staticKey: this.#staticKey,
      clientId: this.clientId,
      userId: options.userId ?? this.person.id,
      bearer: options.bearer ?? this.token(),
      requestId: randomUUID(),
      now: () => this.#now().getTime(),
      ...(proof === undefined ? {} : { proof }),
    });
    const [reply] = await this.wire.send({ ...this.asker, messages: [handshake.message] as Batch['messages'] });
    if (reply === undefined) return null;
    this.#channel = await handshake.finish(reply.message);
    return this.#channel;
  }

  /** Binds this client's tokens to a key of its own, and opens a channel with the proof (wires.md §2). */
  async connectBound(): Promise<KeyChannel | null> {
    const key = await PrivateKey.generateEphemeral('possession');
    this.claims = { ...this.claims, cnf: { jkt: await thumbprint(key.publicJwk) } };
    const bearer = this.token();
    const kmsHost = parseKmsHost(this.#staticKey.host);
    const proof = (channelJwk: EcPublicJwk) => {
      const { kty, crv, x, y } = channelJwk;
      return signProof(key, { bearer, channelJwk: { kty, crv, x, y }, kmsHost, now: this.#now() });
    };
    return this.connect({ bearer, proof });
  }

  /** A request with its frame, sealed in the channel. */
  async seal(ask: Ask, bearer = this.token()): Promise<string> {
    const client = { clientId: this.clientId, credential: { userId: this.person.id, bearer } };
    return this.channel.seal({ requestId: randomUUID(), client, ...ask });
  }

  /** The responses to messages sent in one batch; null where there was silence. */
  async sendAll(messages: readonly string[]): Promise<(KmsResponse | null)[]> {
    const replies = await this.wire.send({ ...this.asker, messages: messages as Batch['messages'] });
    return Promise.all(
      messages.map(async (_, index) => {
        const reply = replies.find((each) => each.index === index);
        return reply === undefined ? null : this.channel.open(reply.message);
      }),
    );
  }

  /** The response; fails on silence. */
  async ask(ask: Ask, bearer?: string): Promise<KmsResponse> {
    const response = await this.try(ask, bearer);
    if (response === null) throw new Error('silence');
    return response;
  }

  async try(ask: Ask, bearer?: string): Promise<KmsResponse | null> {
    const [response] = await this.sendAll([await this.seal(ask, bearer)]);
    return response ?? null;
  }

  async createKeys(count = 1): Promise<KeyRepresentation[]> {
    const { keys } = await this.ask({ method: 'create', uri: '/keys', count });
    return keys ?? [];
  }

  async createKey(): Promise<KeyRepresentation> {
    const [key] = await this.createKeys();
    if (key === undefined) throw new Error('no key');
    return key;
  }

  /** A resource that no room has, by a bare message. */
  async createResource(others: readonly string[] = [], keyUris: readonly string[] = []): Promise<ResourceUri> {
    const { resource } = await this.ask({ method: 'create', uri: '/resources', userIds: others, keyUris });
    if (resource === undefined) throw new Error('no resource');
    return resource.uri;
  }

  /** The frame of a two-part change as the core would send it. */
  async frame(kind: OperationKind, ask: Ask, outer: Partial<Operation> = {}): Promise<Operation> {
    const sealed = (await this.seal(ask)) as OperationFrame['sealed'];
    return {
      operationId: operationId(this.person.id, sealed),
      kind,
      roomId: newId<RoomId>(),
      ...this.asker,
      deviceId: this.deviceId,
      subjects: [],
      sealed,
      ...outer,
    };
  }

  /** A room with its resource: the create of a conversation. */
  async createRoom(others: readonly UserId[] = [], keyUris: readonly string[] = []) {
    const roomId = newId<RoomId>();
    const ask = { method: 'create', uri: '/resources', userIds: [this.person.id, ...others], keyUris };
    const subjects = [this.person.id, ...others];
    const frame = await this.frame('create', ask, { roomId, subjects });
    const result = await this.operate(frame);
    const resourceUri = result.response?.resource?.uri;
    if (resourceUri === undefined) throw new Error(`the room was refused: ${result.status}`);
    return { roomId, resourceUri, receipt: result.receipt, frame };
  }

  async operate(frame: Operation): Promise<OperationResult & { response: KmsResponse | null }> {
    const result = await this.wire.operate(frame);
    if (result === null) throw new Error('silence');
    return { ...result, response: result.reply === null ? null : await this.channel.open(result.reply) };
  }

  async add(room: Room, ...subjects: UserId[]) {
    const ask = { method: 'create', uri: '/authorizations', resourceUri: room.resourceUri, userIds: subjects };
    return this.operate(await this.frame('add', ask, { ...room, subjects }));
  }

  async remove(room: Room, subject: UserId) {
    const ask = { method: 'delete', uri: `${room.resourceUri}/authorizations?authId=${subject}` };
    return this.operate(await this.frame('remove', ask, { ...room, subjects: [subject] }));
  }

  async appoint({ roomId, resourceUri }: Room, ...subjects: UserId[]) {
    const ask = { method: 'create', uri: `${resourceUri}/moderators`, userIds: subjects, cloister: { roomId } };
    return this.operate(await this.frame('appoint', ask, { roomId, resourceUri, subjects }));
  }

  async dismiss({ roomId, resourceUri }: Room, subject: UserId) {
    const ask = { method: 'delete', uri: `${resourceUri}/moderators?authId=${subject}`, cloister: { roomId } };
    return this.operate(await this.frame('dismiss', ask, { roomId, resourceUri, subjects: [subject] }));
  }

  /** Seals anything under a key of the tester's choice, for messages that are no requests. */
  static sealAny = sealDir;
}
