import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { once } from 'node:events';
import { receiptHash, signReceipt } from '@cloister/receipts';
import { leaverOperationId, signRealmToken } from '@cloister/verify';
import {
  type CoreFrame,
  hostOf,
  instanceUri,
  isStreamFrame,
  type KmsHost,
  newId,
  type OperationFrame,
  type OperationId,
  type OperationStatusFrame,
  type OrganisationId,
  parseCoreFrame,
  type RealmFrame,
  type RemovalFrame,
  type ResourceUri,
  type RoomId,
  type UserId,
} from '@cloister/wire';
import { WebSocket } from 'ws';
import { sealed } from './sealed.ts';
import type { TestIdentity } from './test-identity.ts';

interface Resource {
  readonly uri: ResourceUri;
  readonly room: RoomId;
  readonly people: Set<UserId>;
  readonly moderators: Set<UserId>;
  readonly keys: string[];
  version: number;
  previous: string | null;
}

type Party = { readonly id: UserId; readonly organisationId: OrganisationId };

interface Result {
  readonly status: number;
  readonly reply: string;
  readonly receipt: string;
}

/** What the key server does with the next operations. */
export type Behaviour = 'apply' | 'refuse' | 'silent' | 'apply-silently' | 'wrong-subject' | 'unsigned';

/**
 * The key server's side of the realm link, with its own memory of who may read what. It opens nothing: the core's frames
 * say what was asked, and it signs real receipts for it.
 */
export class TestRealm {
  readonly kmsHost: KmsHost;
  readonly organisationId: OrganisationId;
  #link = generateKeyPairSync('ed25519');
  #receipt = generateKeyPairSync('ed25519');
  #receiptKid = 'receipt-key';
  readonly #resources = new Map<string, Resource>();
  readonly #results = new Map<OperationId, Result>();
  readonly #misplaced = new Map<UserId, OrganisationId>();
  readonly #sockets = new Set<WebSocket>();
  readonly #waiting = new Set<() => void>();
  /** Frames in the order they came. */
  readonly received: CoreFrame[] = [];
  readonly now: () => number;
  behaviour: Behaviour = 'apply';
  /** Named as the receipt before, in place of the one that was. */
  forgedPrevious: string | undefined;
  /** Said in place of what became of an operation, or of what was asked about one. */
  lie: ((result: Result, frame: OperationFrame | OperationStatusFrame) => Promise<Partial<Result>>) | undefined;
  /** Keys of a create beyond those its frame names. */
  extraKeys: string[] = [];

  readonly #identity: TestIdentity;
  /** Other realms it passes changes of their resources on to (docs/wires.md §13). */
  readonly peers = new Set<TestRealm>();

  constructor(name: string, organisationId: OrganisationId, identity: TestIdentity) {
    this.kmsHost = name as KmsHost;
    this.organisationId = organisationId;
    this.#identity = identity;
    this.now = identity.now;
  }

  get registration() {
    return {
      kmsHost: this.kmsHost,
      organisationIds: [this.organisationId],
      linkKey: publicJwk(this.#link.publicKey.export({ format: 'jwk' })),
      receiptKey: { ...publicJwk(this.#receipt.publicKey.export({ format: 'jwk' })), kid: this.#receiptKid },
    };
  }

  renewLinkKey(): void {
    this.#link = generateKeyPairSync('ed25519');
  }

  renewReceiptKey(): void {
    this.#receipt = generateKeyPairSync('ed25519');
    this.#receiptKid = `receipt-key-${newId()}`;
  }

  /** Who may read the resource's keys. */
  peopleOf(uri: string): UserId[] {
    return [...(this.#resources.get(uri)?.people ?? [])].sort();
  }

  moderatorsOf(uri: string): UserId[] {
    return [...(this.#resources.get(uri)?.moderators ?? [])].sort();
  }

  /** Says of a person, in every receipt from now on, that they belong to another organisation than identity says. */
  misplace(id: UserId, organisationId: OrganisationId): void {
    this.#misplaced.set(id, organisationId);
  }

  newKey() {
    return instanceUri(this.kmsHost, 'keys', newId());
  }

  /** Connects one node to the core's socket; resolves when the core has taken it. */
  async connect(socket: string): Promise<WebSocket> {
    const token = signRealmToken({
      key: this.#link.privateKey,
      issuer: this.kmsHost,
      audience: 'core',
      now: this.now(),
    });
    const ws = new WebSocket(`ws+unix:${socket}:/realm/v1/connect`, { headers: { authorization: `Bearer ${token}` } });
    this.#sockets.add(ws);
    ws.on('close', () => this.#sockets.delete(ws));
    ws.on('message', (data) => void this.#receive(ws, parseCoreFrame(data as Buffer)));
    await once(ws, 'open');
    const discovery = { kmsCluster: `kms://${this.kmsHost}`, rsaPublicKey: '{"kty":"RSA"}' };
    ws.send(
      JSON.stringify({ type: 'hello', node: newId(), kmsHost: this.kmsHost, discovery, receiptKid: this.#receiptKid }),
    );
    return ws;
  }

  /** A receipt with the realm's own signature, whatever it says. */
  sign(claims: object): Promise<string> {
    const signer = { kid: this.#receiptKid, key: this.#receipt.privateKey };
    return signReceipt(claims as Parameters<typeof signReceipt>[0], signer);
  }

  /** Removes somebody who left from every resource, as the key server does by itself: what the core is to be told. */
  async removeLeaver(leaver: Party, entry: number, actor: Party = leaver): Promise<RemovalFrame[]> {
    const frames: RemovalFrame[] = [];
    for (const resource of this.#resources.values()) {
      if (!resource.people.delete(leaver.id)) continue;
      resource.moderators.delete(leaver.id);
      resource.version += 1;
      frames.push(await this.removal(resource, leaver, entry, actor));
    }
    return frames;
  }

  /** The removal frame of one resource; `changed` claims make it a lie. */
  async removal(
    of: Pick<Resource, 'uri' | 'room'> & Partial<Resource>,
    { id, organisationId }: Party,
    entry: number,
    actor: Party,
    changed: object = {},
  ): Promise<RemovalFrame> {
    const subject = { id, organisationId };
    const operationId = leaverOperationId({ personId: id, resourceUri: of.uri, entry });
    const receipt = await this.sign({
      iss: this.kmsHost,
      operationId,
      status: 200,
      operation: 'remove',
      room: of.room,
      resourceUri: of.uri,
      actor: { id: actor.id, organisationId: actor.organisationId },
      subjects: [subject],
      keyUris: [],
      authorizationVersion: of.version ?? 1000,
      previous: of.previous ?? null,
      leaver: { entry },
      issuedAt: Math.floor(this.now() / 1000),
      ...changed,
    });
    const resource = this.#resources.get(of.uri);
    if (resource === of) resource.previous = await receiptHash(receipt);
    const named = { roomId: of.room, resourceUri: of.uri, subject, receipt };
    return { type: 'removal', id: newId(), operationId, ...named } as RemovalFrame;
  }

  /** Says something to the core. */
  tell(...frames: RealmFrame[]): void {
    const [ws] = this.#sockets;
    for (const frame of frames) ws?.send(JSON.stringify(frame));
  }

  /** Waits until the core has written a removal. */
  recorded({ id, operationId }: RemovalFrame): Promise<void> {
    return this.until(
      (frame) => frame.type === 'removal-recorded' && frame.id === id && frame.operationId === operationId,
    );
  }

  /** Waits for a frame; looks at those that came already too. */
  async until(condition: (frame: CoreFrame) => boolean): Promise<void> {
    while (!this.received.some(condition)) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  disconnect(): void {
    for (const ws of this.#sockets) ws.terminate();
  }

  async #receive(ws: WebSocket, frame: CoreFrame): Promise<void> {
    this.received.push(frame);
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
    if (frame.type === 'messages') {
      const replies = frame.messages.map((message, index) => ({ index, message }));
      ws.send(JSON.stringify({ type: 'replies', batch: frame.batch, replies }));
      ws.send(JSON.stringify({ type: 'done', batch: frame.batch }));
      return;
    }
    if (this.behaviour === 'silent' || frame.type === 'removal-recorded' || isStreamFrame(frame)) return;
    const answers = this.behaviour !== 'apply-silently' || frame.type !== 'operation';
    const truth = await this.#homeOf(frame).resultOf(frame);
    const result = { ...truth, ...(await this.lie?.(truth, frame)) };
    if (!answers) return;
    const reply = frame.type === 'operation' ? result.reply : null;
    ws.send(
      JSON.stringify({ ...result, type: 'operation-result', id: frame.id, operationId: frame.operationId, reply }),
    );
  }

  #organisationOf(id: UserId): OrganisationId | undefined {
    return this.#misplaced.get(id) ?? this.#identity.organisationOf(id);
  }

  #homeOf(frame: OperationFrame | OperationStatusFrame): TestRealm {
    const home = frame.type === 'operation' ? frame.resourceUri : undefined;
    return [...this.peers].find(({ kmsHost }) => home !== undefined && hostOf(home) === kmsHost) ?? this;
  }

  /** Idempotent on the operation id; asking about one it does not know closes it for good (architecture §5). */
  async resultOf(frame: OperationFrame | OperationStatusFrame): Promise<Result> {
    const known = this.#results.get(frame.operationId);
    if (known !== undefined) return known;
    const decided = frame.type === 'operation' && this.behaviour !== 'refuse' ? this.#apply(frame) : undefined;
    const result = await this.#result(frame, decided);
    this.#results.set(frame.operationId, result);
    return result;
  }

  #apply(frame: OperationFrame): Resource | undefined {
    const resource =
      frame.kind === 'create' ? this.#create(frame.roomId) : this.#resources.get(frame.resourceUri ?? '');
    if (resource === undefined) return undefined;
    if (frame.kind === 'create') resource.keys.push(...this.extraKeys);
    if (frame.keyUri !== undefined) resource.keys.push(frame.keyUri);
    if (frame.kind === 'create' || frame.kind === 'add') for (const id of frame.subjects) resource.people.add(id);
    for (const id of frame.subjects) {
      if (frame.kind === 'remove') resource.people.delete(id);
      if (frame.kind === 'appoint') resource.moderators.add(id);
      if (frame.kind === 'remove' || frame.kind === 'dismiss') resource.moderators.delete(id);
    }
    if (frame.kind !== 'updateKey' && frame.kind !== 'addKey') resource.version += 1;
    return resource;
  }

  #create(room: RoomId): Resource {
    const uri = instanceUri(this.kmsHost, 'resources', newId());
    const resource: Resource = {
      uri,
      room,
      people: new Set(),
      moderators: new Set(),
      keys: [],
      version: 0,
      previous: null,
    };
    this.#resources.set(uri, resource);
    return resource;
  }

  async #result(frame: OperationFrame | OperationStatusFrame, resource: Resource | undefined): Promise<Result> {
    const status = resource !== undefined ? 200 : frame.type === 'operation' ? 403 : 410;
    const applied = frame.type === 'operation' && resource !== undefined;
    const subjects = applied ? frame.subjects : [];
    const named = this.behaviour === 'wrong-subject' ? [newId<UserId>()] : subjects;
    const { organisationId } = frame;
    const other = generateKeyPairSync('ed25519').privateKey;
    const receipt = await signReceipt(
      {
        iss: this.kmsHost,
        operationId: frame.operationId,
        status,
        operation: frame.kind,
        room: frame.roomId,
        resourceUri: resource?.uri ?? null,
        actor: { id: frame.userId, organisationId },
        subjects: named.map((id) => ({ id, organisationId: this.#organisationOf(id) ?? organisationId })),
        keyUris: applied
          ? frame.kind === 'create'
            ? resource.keys
            : frame.keyUri === undefined
              ? []
              : [frame.keyUri]
          : [],
        authorizationVersion: resource?.version ?? null,
        previous: this.forgedPrevious ?? resource?.previous ?? null,
        issuedAt: Math.floor(this.now() / 1000),
        ...(status < 400 ? {} : { code: status === 410 ? 'kms/operation-closed' : 'kms/not-authorized' }),
      } as Parameters<typeof signReceipt>[0],
      { kid: this.#receiptKid, key: this.behaviour === 'unsigned' ? other : this.#receipt.privateKey },
    );
    if (resource !== undefined) resource.previous = await receiptHash(receipt);
    return { status, reply: sealed(), receipt };
  }
}

const publicJwk = ({ kty, crv, x }: JsonWebKey) => ({ kty, crv, x }) as { kty: 'OKP'; crv: 'Ed25519'; x: string };
