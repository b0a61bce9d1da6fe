import { type ActivityId, CloisterError, type KeyLimits, type KmsResponse, type RoomId } from '@cloister/wire';
import type { Client, FileSource, History, TransferOptions, Unsubscribe } from '../api/client.ts';
import type { ClientSnapshot } from '../api/client-snapshot.ts';
import type { FileView, MessageText, TimelineEntry } from '../api/timeline-entry.ts';
import type { TimelineView } from '../api/timeline-view.ts';
import { downloadFile } from '../files/download-file.ts';
import { isKeyOf } from '../keys/key-record.ts';
import type { KmsCall } from '../kms/key-server.ts';
import { sealMessage } from '../outbox/deliver.ts';
import type { Platform } from '../platform.ts';
import type { SearchParts } from '../search/client-search.ts';
import type { Session } from '../session/session.ts';
import type { Store } from '../store/store.ts';
import { claimStore } from '../store/store-owner.ts';
import { fileOf } from '../timeline/build-timeline.ts';
import { roomView, timelineView, type ViewSource } from '../timeline/views.ts';
import { Line } from './line.ts';
import { makeParts, type Parts } from './parts.ts';
import { RoomActions } from './room-actions.ts';
import { Snapshots } from './snapshots.ts';

export interface CloisterClientOptions {
  readonly session: Session;
  readonly store: Store;
  readonly platform: Platform;
  readonly deviceName: string;
  readonly contentKeys: KeyLimits;
}

/** The one Client: delegates to its parts and shows what they hold. */
export class CloisterClient implements Client {
  readonly rooms: RoomActions;
  readonly people: Parts['people'];
  readonly history: History;
  readonly #options: CloisterClientOptions;
  readonly #parts: Parts;
  readonly #line: Line;
  readonly #views: Snapshots;
  readonly #loading = new Map<string, Promise<void>>();

  constructor(options: CloisterClientOptions) {
    this.#options = options;
    const { session, platform } = options;
    const changed = (roomId?: RoomId) => this.#views.changed(roomId);
    this.#parts = makeParts({ ...options, changed });
    this.#line = new Line({ session, platform, parts: this.#parts, changed: () => changed() });
    this.#views = new Snapshots({ snapshot: () => this.#snapshot(), timeline: (roomId) => this.#timeline(roomId) });
    this.rooms = new RoomActions(this.#parts, platform, session.personId);
    this.people = this.#parts.people;
    const { book } = this.#parts;
    this.history = {
      older: (roomId) => this.#once('older', roomId, () => book.older(roomId)),
      newer: (roomId) => this.#once('newer', roomId, () => book.newer(roomId)),
      around: (roomId, position) => book.around(roomId, position),
      newest: (roomId) => book.newest(roomId),
    };
  }

  async start(): Promise<void> {
    await claimStore(this.#options.store, this.#options.session.personId);
    const { outbox, people, organisations, profiles, pins } = this.#parts;
    await Promise.all([outbox.load(), organisations.load(), profiles.load(), pins.load()]);
    await people.load();
    this.#line.start();
  }

  snapshot(): ClientSnapshot {
    return this.#views.snapshot();
  }

  subscribe(listener: () => void): Unsubscribe {
    return this.#views.subscribe(listener);
  }

  timeline(roomId: RoomId): TimelineView {
    return this.#views.timeline(roomId);
  }

  subscribeTimeline(roomId: RoomId, listener: () => void): Unsubscribe {
    return this.#views.subscribeTimeline(roomId, listener);
  }

  async send(roomId: RoomId, message: MessageText): Promise<string> {
    checkText(message);
    const key = this.#options.platform.randomUuid();
    await this.#parts.outbox.add(roomId, key, { kind: 'message', message });
    return key;
  }

  async sent(roomId: RoomId, key: string): Promise<TimelineEntry> {
    await this.#parts.outbox.sent(key);
    const entry = this.timeline(roomId).entries.find((candidate) => candidate.key === key);
    if (entry?.send.state !== 'sent') throw new CloisterError('client/not-found');
    return entry;
  }

  async edit(roomId: RoomId, id: ActivityId, message: MessageText): Promise<void> {
    checkText(message);
    const { delivery, core, book } = this.#parts;
    const clientTempId = this.#options.platform.randomUuid();
    const frame = { objectType: 'activity', verb: 'post', clientTempId, parent: { id, type: 'edit' } };
    await delivery.underOwnKey(roomId, async (key) => {
      const body = { ...frame, object: await sealMessage(key, message), encryptionKeyUrl: key.uri };
      await book.apply(roomId, await core.post(roomId, body, 4));
    });
  }

  async remove(roomId: RoomId, id: ActivityId): Promise<void> {
    const { core, book } = this.#parts;
    const object = { objectType: 'activity', id };
    const clientTempId = this.#options.platform.randomUuid();
    const body = { objectType: 'activity', verb: 'delete', clientTempId, object };
    await book.apply(roomId, await core.post(roomId, body, 4));
  }

  upload(
    roomId: RoomId,
    files: readonly FileSource[],
    options: TransferOptions & { readonly message?: MessageText } = {},
  ): Promise<string> {
    return this.#parts.uploads.start(roomId, files, options);
  }

  async download(roomId: RoomId, file: FileView, options: TransferOptions = {}): Promise<Blob> {
    const { book, keys, addresses } = this.#parts;
    const room = await book.need(roomId);
    const sealed = fileOf(room.window.entries, file.id);
    const keyUri = sealed?.scr.keyUri;
    if (sealed === undefined || keyUri === undefined) throw new CloisterError('client/not-found');
    const key = await keys.get(keyUri);
    // Threats row 17, for files too.
    if (!isKeyOf(key, room)) {
      throw new CloisterError('client/cannot-open', { detail: 'the file belongs to another room' });
    }
    const { session, platform } = this.#options;
    return downloadFile({ platform, addresses, session }, key, sealed, options);
  }

  retry(_roomId: RoomId, key: string): void {
    if (this.#parts.uploads.has(key)) this.#parts.uploads.retry(key);
    else this.#parts.outbox.retry(key);
  }

  async discard(_roomId: RoomId, key: string): Promise<void> {
    this.#parts.uploads.discard(key);
    await this.#parts.outbox.discard(key);
  }

  reopen(roomId: RoomId): void {
    this.#parts.opener.retry(roomId);
  }

  /** For what belongs to no room: one operation of the own key server. */
  askKeyServer(call: KmsCall, requestId?: string): Promise<KmsResponse> {
    return this.#parts.keyServer.ask(call, requestId);
  }

  /** For search, whose code is loaded when somebody searches. */
  searchParts(): SearchParts {
    const { platform, session } = this.#options;
    const { searchLine: line, queryKey: key, opener, book } = this.#parts;
    // The rooms that were spoken in last are looked through first.
    const newest = () => book.all().toSorted((a, b) => (a.updated < b.updated ? 1 : -1));
    return { platform, me: session.personId, line, key, opener, rooms: () => newest().map(({ id }) => id) };
  }

  reconnect(): void {
    this.#line.hurry();
  }

  async close(): Promise<void> {
    const { uploads, outbox, opener, people, keyServer } = this.#parts;
    this.#line.close();
    uploads.close();
    outbox.close();
    opener.close();
    people.close();
    keyServer.close();
    await this.#options.store.close();
  }

  #snapshot(): ClientSnapshot {
    const { book, people, organisations, outbox, watch, profileReader } = this.#parts;
    for (const { window } of book.all()) profileReader.read(window.entries.slice(-30));
    const { personId: id, organisationId } = this.#options.session;
    const rooms = book
      .all()
      .map((room) => roomView(room, this.#source(room.id)))
      .sort((a, b) => (a.updated < b.updated ? 1 : a.updated > b.updated ? -1 : a.id < b.id ? 1 : -1));
    people.need([
      id,
      ...rooms.flatMap(({ directWith, last }) => [directWith, last?.actor].filter((one) => one !== undefined)),
    ]);
    return {
      me: { id, organisationId },
      connection: this.#line.state,
      keysRevoked: watch.isRevoked,
      loaded: book.loaded,
      rooms,
      people: people.view(),
      organisations: organisations.view(),
      unsent: outbox.size,
    };
  }

  #timeline(roomId: RoomId): TimelineView {
    const source = this.#source(roomId);
    const view = timelineView(roomId, source);
    this.#parts.profileReader.read(source.room?.window.entries ?? []);
    const named = view.entries.flatMap((entry) => ('person' in entry ? [entry.actor, entry.person] : [entry.actor]));
    this.#parts.people.need([...new Set(named)]);
    return view;
  }

  #source(roomId: RoomId): ViewSource {
    const { book, opener, outbox, uploads, readers, affiliations } = this.#parts;
    const room = book.get(roomId);
    return {
      room,
      me: this.#options.session.personId,
      read: (text) => opener.read(roomId, text),
      outbox: outbox.of(roomId),
      uploads: uploads.of(roomId),
      outside: affiliations.outsideOf(room?.people ?? []),
      unexplained: readers.unexplained(roomId),
      loadingOlder: this.#loading.has(`older/${roomId}`),
      loadingNewer: this.#loading.has(`newer/${roomId}`),
    };
  }

  /** One page at a time in each direction. */
  #once(direction: 'older' | 'newer', roomId: RoomId, work: () => Promise<void>): Promise<void> {
    const name = `${direction}/${roomId}`;
    const running = this.#loading.get(name);
    if (running !== undefined) return running;
    const started = work().finally(() => {
      this.#loading.delete(name);
      this.#views.changed(roomId);
    });
    this.#loading.set(name, started);
    this.#views.changed(roomId);
    return started;
  }
}

/** Leaves room for the seal within what the core stores of one text (96 KiB of base64url). */
const longestText = 64 * 1024;

const checkText = ({ text, html = '' }: MessageText): void => {
  const bytes = (value: string) => new TextEncoder().encode(value).length;
  if (text.trim() === '') throw new CloisterError('client/invalid-request', { detail: 'the message is empty' });
  if (bytes(text) > longestText || bytes(html) > longestText) {
    throw new CloisterError('client/invalid-request', { detail: 'the message is longer than 64 KiB' });
  }
};
