import type {
  Client,
  ClientSnapshot,
  ConnectionState,
  FileSource,
  FileView,
  History,
  MessageText,
  OrganisationView,
  People,
  PersonView,
  Rooms,
  RoomView,
  TimelineEntry,
  TimelineView,
  TransferOptions,
  WhoCanRead,
} from '@cloister/sdk';
import {
  type ActivityId,
  CloisterError,
  newId,
  type OrganisationId,
  type RoomChange,
  type RoomId,
  type UserId,
} from '@cloister/wire';

/** What a scripted client starts with. */
export interface Script {
  readonly me: PersonView & { readonly organisationId: OrganisationId };
  readonly people: readonly PersonView[];
  readonly rooms: readonly { readonly room: RoomView; readonly entries: readonly TimelineEntry[] }[];
  readonly files?: ReadonlyMap<string, Blob>;
  readonly keyServer: string;
  readonly functions: WhoCanRead['functions'];
  readonly organisations: readonly OrganisationView[];
  /** Of every room with people of other organisations. */
  readonly reading: WhoCanRead['organisations'];
  readonly changes: readonly RoomChange[];
  readonly now: () => Date;
}

const page = 30;

/**
 * A client that keeps everything in memory and talks to nobody: the pages can be looked at, and tested for what they
 * show and what they ask for. It decides nothing about protocols; the real client is tested with real servers.
 */
export class ScriptedClient implements Client {
  readonly #script: Script;
  readonly #listeners = new Set<() => void>();
  readonly #logs = new Map<RoomId, TimelineEntry[]>();
  readonly #shown = new Map<RoomId, number>();
  readonly #views = new Map<RoomId, TimelineView>();
  #snapshot: ClientSnapshot;
  /** When set, sends stay in the outbox until it is cleared. */
  holdSends = false;
  /** What holds them back, by code. */
  heldBy: string | undefined;
  /** When set, sends fail with this code. */
  failSends: string | undefined;

  constructor(script: Script) {
    this.#script = script;
    for (const { room, entries } of script.rooms) this.#logs.set(room.id, [...entries]);
    this.#snapshot = {
      me: { id: script.me.id, organisationId: script.me.organisationId },
      connection: { state: 'online' },
      loaded: true,
      rooms: script.rooms.map(({ room }) => room),
      people: new Map([script.me, ...script.people].map((person) => [person.id, person])),
      organisations: new Map(script.organisations.map((one) => [one.id, one])),
      keysRevoked: false,
      unsent: 0,
    };
  }

  snapshot = (): ClientSnapshot => this.#snapshot;

  subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  subscribeTimeline = (_roomId: RoomId, listener: () => void) => this.subscribe(listener);

  timeline = (roomId: RoomId): TimelineView => {
    const known = this.#views.get(roomId);
    if (known !== undefined) return known;
    const log = this.#logs.get(roomId) ?? [];
    const shown = this.#shown.get(roomId);
    const room = this.#snapshot.rooms.find(({ id }) => id === roomId);
    const view: TimelineView = {
      roomId,
      entries: shown === undefined ? [] : log.slice(-shown),
      loaded: shown !== undefined,
      hasOlder: shown !== undefined && shown < log.length,
      hasNewer: false,
      loadingOlder: false,
      loadingNewer: false,
      readPosition: room?.readPosition ?? 0,
    };
    this.#views.set(roomId, view);
    return view;
  };

  readonly rooms: Rooms = {
    create: async ({ title, people = [] }) => {
      if (this.#snapshot.keysRevoked) throw new CloisterError('kms/revoked');
      const id = newId<RoomId>();
      const created = this.#script.now().toISOString();
      const me = this.#snapshot.me.id;
      const room: RoomView = {
        id,
        title: { state: 'open', value: title },
        people: [me, ...people],
        outside: this.#outside([me, ...people]),
        moderators: [],
        pending: [],
        unread: 0,
        readPosition: 0,
        head: 1,
        created,
        updated: created,
      };
      this.#change({ rooms: [room, ...this.#snapshot.rooms] });
      this.append(id, { kind: 'created', actor: me });
      for (const person of people) this.append(id, { kind: 'joined', actor: me, person });
      return id;
    },
    direct: () => Promise.reject(new CloisterError('core/unsupported')),
    open: async (roomId) => {
      this.#shown.set(roomId, Math.max(page, this.#shown.get(roomId) ?? 0));
      this.#changed(roomId);
    },
    add: async (roomId, people) => {
      for (const person of people) {
        this.#room(roomId, (room) => this.#members([...room.people, person]));
        this.append(roomId, { kind: 'joined', actor: this.#snapshot.me.id, person });
      }
    },
    remove: async (roomId, person) => {
      this.#room(roomId, (room) => this.#members(room.people.filter((id) => id !== person)));
      this.append(roomId, { kind: 'left', actor: this.#snapshot.me.id, person });
    },
    appoint: async (roomId, person) => {
      this.#room(roomId, ({ moderators }) => ({ moderators: [...moderators, person] }));
      this.append(roomId, { kind: 'appointed', actor: this.#snapshot.me.id, person });
    },
    dismiss: async (roomId, person) => {
      this.#room(roomId, ({ moderators }) => ({ moderators: moderators.filter((id) => id !== person) }));
      this.append(roomId, { kind: 'dismissed', actor: this.#snapshot.me.id, person });
    },
    changes: async () => this.#script.changes,
    leave: async (roomId) => this.#change({ rooms: this.#snapshot.rooms.filter(({ id }) => id !== roomId) }),
    rename: async (roomId, title) => {
      this.#room(roomId, () => ({ title: { state: 'open', value: title } }));
      this.append(roomId, { kind: 'renamed', actor: this.#snapshot.me.id, title: { state: 'open', value: title } });
    },
    markRead: async (roomId, position) => {
      this.#room(roomId, (room) => ({ unread: 0, readPosition: position ?? room.head }));
      this.#changed(roomId);
    },
    whoCanRead: async (roomId) => ({
      people: this.#snapshot.rooms.find(({ id }) => id === roomId)?.people ?? [],
      unexplained: this.#snapshot.rooms.find(({ id }) => id === roomId)?.unexplained ?? [],
      cannotRead: [],
      functions: this.#script.functions,
      organisations: this.#snapshot.rooms.find(({ id }) => id === roomId)?.outside.length ? this.#script.reading : [],
      keyServers: [this.#script.keyServer],
      keys: [],
    }),
  };

  readonly people: People = {
    search: async (query) => {
      const text = query.toLowerCase();
      return this.#script.people.filter(
        ({ name, email, organisationId }) =>
          // Elsewhere nobody is found but by the whole address (R425).
          email?.toLowerCase() === text ||
          (organisationId === this.#snapshot.me.organisationId &&
            (name.toLowerCase().includes(text) || email?.toLowerCase().startsWith(text))),
      );
    },
    need: () => {},
    get: async (id) => this.#snapshot.people.get(id) ?? { id, known: false, name: '' },
  };

  readonly history: History = {
    older: async (roomId) => {
      this.#shown.set(roomId, (this.#shown.get(roomId) ?? 0) + page);
      this.#changed(roomId);
    },
    newer: async () => {},
    around: async (roomId) => {
      this.#shown.set(roomId, this.#logs.get(roomId)?.length ?? 0);
      this.#changed(roomId);
    },
    newest: async () => {},
  };

  send = async (roomId: RoomId, { text }: MessageText): Promise<string> =>
    this.#post(roomId, { kind: 'message', content: { state: 'open', value: { text } } });

  sent = async (roomId: RoomId, key: string): Promise<TimelineEntry> => {
    const entry = this.#logs.get(roomId)?.find((each) => each.key === key);
    if (entry === undefined) throw new CloisterError('core/not-found');
    return entry;
  };

  edit = async (roomId: RoomId, id: ActivityId, { text }: MessageText): Promise<void> => {
    const edited = this.#script.now().toISOString();
    this.#replace(roomId, (entry) =>
      entry.id === id && entry.kind === 'message'
        ? { ...entry, edited, content: { state: 'open', value: { text } } }
        : entry,
    );
  };

  remove = async (roomId: RoomId, id: ActivityId): Promise<void> => {
    this.#replace(roomId, (entry) => {
      if (entry.id !== id || (entry.kind !== 'message' && entry.kind !== 'files')) return entry;
      const { content: _, ...rest } = entry;
      return { ...rest, kind: 'deleted', by: this.#snapshot.me.id };
    });
  };

  upload = async (
    roomId: RoomId,
    sources: readonly FileSource[],
    { message }: TransferOptions & { message?: MessageText } = {},
  ): Promise<string> => {
    const files = sources.map(({ name, blob }): FileView => {
      const id = newId();
      this.#blobs.set(id, blob);
      return { id, name: { state: 'open', value: name }, mimeType: blob.type, size: blob.size };
    });
    return this.#post(roomId, {
      kind: 'files',
      files,
      ...(message === undefined ? {} : { content: { state: 'open', value: message } as const }),
    });
  };

  readonly #blobs = new Map<string, Blob>();

  download = async (_roomId: RoomId, file: FileView, { onProgress }: TransferOptions = {}): Promise<Blob> => {
    onProgress?.({ done: file.size / 2, total: file.size });
    const blob = this.#blobs.get(file.id) ?? this.#script.files?.get(file.id);
    if (blob === undefined) throw new CloisterError('core/not-found');
    return blob;
  };

  retry = (roomId: RoomId, key: string): void => {
    this.failSends = undefined;
    this.#replace(roomId, (entry) => (entry.key === key ? { ...entry, send: { state: 'sent' }, id: newId() } : entry));
  };

  discard = async (roomId: RoomId, key: string): Promise<void> => {
    this.#logs.set(roomId, this.#logs.get(roomId)?.filter((entry) => entry.key !== key) ?? []);
    this.#changed(roomId);
  };

  reopen = (roomId: RoomId): void => {
    this.#replace(roomId, (entry) =>
      entry.kind === 'message' && entry.content.state === 'undecryptable'
        ? { ...entry, content: { state: 'open', value: { text: 'It opened after all.' } } }
        : entry,
    );
  };

  reconnect = (): void => this.connection({ state: 'online' });

  close = async (): Promise<void> => {};

  /** All of a room's log, on screen or not. */
  log(roomId: RoomId): readonly TimelineEntry[] {
    return this.#logs.get(roomId) ?? [];
  }

  /** Scripts what the network does. */
  connection(connection: ConnectionState): void {
    this.#change({ connection });
  }

  /** Scripts the organisation's main key going off and on. */
  switchKeys(keysRevoked: boolean): void {
    this.#change({ keysRevoked });
  }

  /** Scripts a key server that lets somebody read every room who is in none. */
  letReadUnexplained(): void {
    const outsider = this.#script.people[2]?.id;
    if (outsider === undefined) return;
    this.#change({ rooms: this.#snapshot.rooms.map((room) => ({ ...room, unexplained: [outsider] })) });
  }

  /** Scripts somebody of another organisation who calls themselves so, added by oneself. */
  meet(roomId: RoomId, id: UserId, name: string): void {
    const person = { ...this.#snapshot.people.get(id), id, known: true, name };
    this.#change({ people: new Map([...this.#snapshot.people, [id, person]]) });
    void this.rooms.add(roomId, [id]);
  }

  /** Scripts what somebody else does: appends an entry of theirs to a room's log. */
  append(roomId: RoomId, entry: Record<string, unknown> & { actor: UserId }): string {
    const log = this.#logs.get(roomId) ?? [];
    const position = (log.at(-1)?.position ?? log.length) + 1;
    const made = {
      key: newId(),
      id: newId<ActivityId>(),
      position,
      roomId,
      published: this.#script.now().toISOString(),
      send: { state: 'sent' },
      ...entry,
    } as unknown as TimelineEntry;
    this.#logs.set(roomId, [...log, made]);
    this.#shown.set(roomId, (this.#shown.get(roomId) ?? 0) + 1);
    const others = entry.actor !== this.#snapshot.me.id;
    this.#room(roomId, (room) => ({
      head: position,
      updated: made.published,
      last: made,
      unread: room.unread + (others ? 1 : 0),
    }));
    this.#changed(roomId);
    return made.key;
  }

  #members(people: readonly UserId[]): Partial<RoomView> {
    return { people, outside: this.#outside(people) };
  }

  #outside(people: readonly UserId[]): readonly OrganisationId[] {
    const { me, people: known } = this.#snapshot;
    const organisations = people.map((id) => known.get(id)?.organisationId ?? me.organisationId);
    return [...new Set(organisations)].filter((id) => id !== me.organisationId);
  }

  #post(roomId: RoomId, entry: Record<string, unknown>): string {
    const send = this.failSends
      ? { state: 'failed', failure: { code: this.failSends } }
      : this.holdSends
        ? { state: 'sending', ...(this.heldBy === undefined ? {} : { waiting: this.heldBy }) }
        : { state: 'sent' };
    return this.append(roomId, { ...entry, actor: this.#snapshot.me.id, send });
  }

  #replace(roomId: RoomId, change: (entry: TimelineEntry) => TimelineEntry): void {
    this.#logs.set(roomId, this.#logs.get(roomId)?.map(change) ?? []);
    this.#changed(roomId);
  }

  #room(roomId: RoomId, change: (room: RoomView) => Partial<RoomView>): void {
    const rooms = this.#snapshot.rooms.map((room) => (room.id === roomId ? { ...room, ...change(room) } : room));
    this.#change({ rooms });
  }

  #changed(roomId: RoomId): void {
    this.#views.delete(roomId);
    this.#tell();
  }

  #change(part: Partial<ClientSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...part };
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
