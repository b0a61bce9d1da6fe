import {
  type AuthId,
  CloisterError,
  type DeclaredReaders,
  hostOf,
  isUserAuthId,
  isUuid,
  type KmsHost,
  type OrganisationId,
  parseDeclaredReaders,
  type ResourceUri,
  type RoomId,
  type UserId,
} from '@cloister/wire';
import type { WhoCanRead } from '../api/room-view.ts';
import { pause } from '../async/pause.ts';
import { textOf } from '../json.ts';
import type { KeyServer } from '../kms/key-server.ts';
import type { Affiliations } from '../people/affiliations.ts';
import type { Organisations } from '../people/organisations.ts';
import type { Platform } from '../platform.ts';
import type { RoomBook } from '../rooms/room-book.ts';
import type { RoomState } from '../rooms/room-state.ts';
import { RosterMismatch } from './roster-mismatch.ts';

export interface ReadersOptions {
  readonly platform: Platform;
  readonly keyServer: KeyServer;
  readonly book: RoomBook;
  readonly me: UserId;
  /** The own key server's. */
  readonly kmsHost: KmsHost;
  readonly affiliations: Affiliations;
  readonly organisations: Organisations;
  readonly changed: (roomId: RoomId) => void;
}

/** Who can read, as the key server says. */
interface ReadersList extends DeclaredReaders {
  readonly people: readonly UserId[];
  /** Everybody authorised on these resources. */
  readonly others: readonly AuthId[];
}

/** A list this old is asked for again before something is sealed. */
const longest = 20_000;
/** A change under way shows at the key server first; it is given this long to reach the core's roster. */
const patience = [150, 400, 1_000, 2_000] as const;

/**
 * Who can read a room. Before anything is sealed the key server's list must be explained by the core's roster: the core
 * alone cannot add a reader unseen, and neither can the key server (threats rows 1 and 3, architecture §6).
 */
export class Readers {
  readonly #options: ReadersOptions;
  readonly #explained = new Map<RoomId, number>();
  readonly #unexplained = new Map<RoomId, readonly UserId[]>();

  constructor(options: ReadersOptions) {
    this.#options = options;
  }

  /** Set while sends to the room stop. */
  unexplained(roomId: RoomId): readonly UserId[] | undefined {
    return this.#unexplained.get(roomId);
  }

  /** Somebody came or went. */
  forget(roomId: RoomId): void {
    this.#explained.delete(roomId);
  }

  /** @throws RosterMismatch with whom the roster does not name; `kms/…` when the list cannot be had: it fails closed */
  async check(room: RoomState): Promise<void> {
    const checked = this.#explained.get(room.id);
    if (checked !== undefined && this.#options.platform.now() - checked < longest) return;
    for (const wait of patience) {
      if (await this.#isExplained(room.id)) return;
      await pause(this.#options.platform, wait);
      await this.#options.book.refresh(room.id);
    }
    if (await this.#isExplained(room.id)) return;
    throw new RosterMismatch(this.#unexplained.get(room.id) ?? []);
  }

  /** Asks afresh, for a person to see. */
  async whoCanRead(roomId: RoomId): Promise<WhoCanRead> {
    const room = await this.#options.book.refresh(roomId);
    const resourceUri = resourceOf(room);
    const { people, others, functions, organisations, keyServers } = await this.#list(resourceUri);
    const unexplained = people.filter((id) => !room.people.has(id));
    this.#note(roomId, unexplained, others);
    return {
      people: [...room.people],
      unexplained,
      cannotRead: [...room.people].filter((id) => !people.includes(id)),
      functions,
      organisations: organisations.map(shown),
      // Whoever made a live key has it, listed or not.
      keyServers: [...new Set([...keyServers, ...room.liveKeys.map(({ uri }) => hostOf(uri))])],
      keys: room.liveKeys.filter(({ stale }) => !stale).map(({ stale: _, ...key }) => key),
    };
  }

  /** Has the own key server name the organisations of a room that nobody named yet. */
  async name(room: RoomState): Promise<void> {
    const { affiliations, organisations } = this.#options;
    const isNamed = (id: OrganisationId) => (organisations.view().get(id)?.name ?? '') !== '';
    if (!affiliations.outsideOf(room.people).every(isNamed)) await this.#list(resourceOf(room));
  }

  async #isExplained(roomId: RoomId): Promise<boolean> {
    const asked = this.#options.platform.now();
    const before = await this.#options.book.need(roomId);
    const { people, others, organisations } = await this.#list(resourceOf(before));
    await this.#checkHome(before, organisations);
    // Compared with the roster as it is after the answer: an addition reaches the core a moment later.
    const room = await this.#options.book.need(roomId);
    const unexplained = people.filter((id) => !room.people.has(id));
    this.#note(roomId, unexplained, others);
    if (unexplained.length > 0) return false;
    // Everybody authorised on another resource would read along; nothing explains that yet.
    if (others.length > 0) throw new RosterMismatch([], 'everybody of another room may read this one');
    this.#explained.set(roomId, asked);
    return true;
  }

  /**
   * A room is at home at the key server of its creator's organisation (wires §13): the own key server knows which that is,
   * so the core cannot have a room of others look like one of theirs (threats row 17). Of an organisation that nobody on
   * the list is of any more it says nothing.
   */
  async #checkHome(room: RoomState, organisations: DeclaredReaders['organisations']): Promise<void> {
    const { book, kmsHost, affiliations } = this.#options;
    const host = hostOf(resourceOf(room));
    if (host === kmsHost) return;
    const creator = await book.creatorOf(room.id);
    const home = creator === undefined ? undefined : affiliations.of(creator);
    const declared = organisations.find(({ organisationId }) => organisationId === home);
    if (declared === undefined || declared.kmsHost === host) return;
    throw new CloisterError('client/unreadable', { detail: "the room is not at its creator's key server" });
  }

  #note(roomId: RoomId, unexplained: readonly UserId[], others: readonly AuthId[]): void {
    const before = this.#unexplained.get(roomId);
    if (unexplained.length > 0 || others.length > 0) {
      this.#unexplained.set(roomId, unexplained);
      this.#explained.delete(roomId);
    } else this.#unexplained.delete(roomId);
    if ((before?.length ?? -1) !== (this.#unexplained.get(roomId)?.length ?? -1)) this.#options.changed(roomId);
  }

  async #list(resourceUri: ResourceUri): Promise<ReadersList> {
    const uri = `${resourceUri}/authorizations`;
    const { authorizations, cloister } = await this.#options.keyServer.ask({ method: 'retrieve', uri });
    if (authorizations === undefined || authorizations.some((one) => one.resourceUri !== resourceUri)) {
      throw new CloisterError('client/unreadable', { detail: 'the list of readers' });
    }
    const { functions, organisations, keyServers } = parseDeclaredReaders(cloister ?? {});
    for (const { organisationId: id, name, domains } of organisations) {
      this.#options.organisations.learn({ id, name, domains });
    }
    for (const { authId, cloister: said } of authorizations) {
      const organisationId = textOf(said, 'organisationId');
      if (isUserAuthId(authId) && isUuid(organisationId)) {
        this.#options.affiliations.says('key-server', authId, organisationId as OrganisationId);
      }
    }
    const ids = authorizations.map(({ authId }) => authId);
    return {
      people: ids.filter(isUserAuthId),
      others: ids.filter((id) => !isUserAuthId(id)),
      functions,
      organisations,
      // The room's own key server is one whatever it says.
      keyServers: [...new Set([hostOf(resourceUri), ...keyServers])],
    };
  }
}

const resourceOf = ({ resourceUri }: RoomState): ResourceUri => {
  if (resourceUri === undefined) throw new CloisterError('core/conflict', { detail: 'the room has no resource yet' });
  return resourceUri;
};

/** The signed statement is for its own key server to check; people see what it says. */
const shown = ({ statement: _, functions, statedAt, ...named }: DeclaredReaders['organisations'][number]) => ({
  ...named,
  ...(functions === undefined ? {} : { functions }),
  ...(statedAt === undefined ? {} : { statedAt }),
});
